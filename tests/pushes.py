"""Moving the controls of an explorer by keyboard, and seeing its picture and text change and come back."""

from playwright.sync_api import TimeoutError

SEEN = r"""node => ['.advlib-charts', '.advlib-summary'].map(
  part => node.querySelector(part).innerHTML.replaceAll(/ role="graphics-\w+"/g, '').split('<').sort().join('<'))"""
"""The picture of an explorer, its marks in any order, and the text below it.

Vega names a group of no marks otherwise once it has held some, and puts those that come back after the others.
"""

DRAWN = """count => {
  const explorers = [...document.querySelectorAll('.advlib-explorer')];
  const drawn = explorers.filter((node) => node.querySelector('.advlib-summary')?.textContent);
  return drawn.length >= Math.max(count, explorers.length);
}"""


def drawn(page, count=1):
    """Wait until every explorer of a page, so many or more, is drawn; return them."""
    page.wait_for_function(DRAWN, arg=count)
    return page.locator(".advlib-explorer").all()


def becomes(page, explorer, condition, before):
    """Whether what an explorer shows comes to meet this condition on `now` and `before`."""
    test = f"([node, before]) => {{ const now = ({SEEN})(node); return {condition}; }}"
    try:
        page.wait_for_function(test, arg=[explorer.element_handle(), before])
    except TimeoutError:
        return False
    return True


CHANGED = "now[0] !== before[0] && now[1] !== before[1]"

RESTORED = "now[0] === before[0] && now[1] === before[1]"


def push(page, control):
    """Move a slider to its other end, or press the next button of a choice, by keyboard."""
    control.focus()
    if control.get_attribute("type") == "radio":
        page.keyboard.press("ArrowRight")
        return
    first, at_start = control.get_attribute("aria-valuetext"), control.input_value() == "0"
    page.keyboard.press("ArrowRight" if at_start else "ArrowLeft")
    label, shown = control.evaluate("node => [node.labels[0].innerText, node.nextSibling.innerText]")
    assert label
    assert control.get_attribute("aria-valuetext") == shown != first, label
    assert control.evaluate("node => getComputedStyle(node).outlineStyle") == "solid", label
    page.keyboard.press("End" if at_start else "Home")


def controls(explorer):
    """The slider that makes it happen, a dial where there is one, and the others: it starts before anything happens."""
    for folded in explorer.locator("details > summary").all():
        folded.click()
    *others, event = explorer.locator(".advlib-live > .advlib-controls > .advlib-control > input").all()
    return event, others + explorer.locator("details .advlib-control > input, .advlib-control :checked").all()


def check(page, explorer, *walks):
    """All moves of every walk change both the picture and the text, and Reset restores them."""
    start = explorer.evaluate(SEEN)
    for moves in walks:
        before = start
        for control in moves:
            push(page, control)
            assert becomes(page, explorer, CHANGED, before), control
            before = explorer.evaluate(SEEN)
        explorer.get_by_role("button", name="Reset").click()
        assert becomes(page, explorer, RESTORED, start), moves
