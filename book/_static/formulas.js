// The text of a page is seen once its formulas are set, so that none of its lines moves.
{
  const { classList } = document.documentElement;
  classList.add('advlib-setting');
  addEventListener('DOMContentLoaded', () => {
    const set = window.MathJax?.startup?.promise ?? Promise.resolve();
    set.finally(() => classList.remove('advlib-setting'));
  });
}
