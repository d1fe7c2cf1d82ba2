// The form of the claims page: only the rows that fit all choices are seen, and what is left empty is not.
(function () {
  'use strict';
  const form = document.querySelector('.claims-choices');
  const choices = [...form.querySelectorAll('select')];
  const rows = [...document.querySelectorAll('.claims tbody tr')];
  const tables = [...document.querySelectorAll('.claims-chapter')];
  const papers = [...document.querySelectorAll('section')].filter(
    (section) => section.querySelector('.claims-chapter') && !section.contains(form));

  const fits = (row) => choices.every(({ name, value }) => !value || row.dataset[name] === value);
  const isEmpty = (node) => !node.querySelector('tbody tr:not([hidden])');

  function show() {
    rows.forEach((row) => { row.hidden = !fits(row); });
    for (const table of tables) {
      table.hidden = isEmpty(table);
      table.previousElementSibling.hidden = table.hidden;
    }
    papers.forEach((paper) => { paper.hidden = isEmpty(paper); });
    form.querySelector('output').textContent = `${rows.filter(fits).length} of ${rows.length} rows`;
  }

  function showTarget() {
    const row = document.getElementById(location.hash.slice(1));
    if (row && rows.includes(row) && row.hidden) {
      form.reset();
      show();
      row.scrollIntoView();
    }
  }

  form.hidden = false;
  form.addEventListener('change', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  addEventListener('hashchange', showTarget);
  show();
})();
