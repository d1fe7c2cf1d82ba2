// A figure fills the window after a click, a tap, or its button; Escape, a click or a tap takes it back.
addEventListener('DOMContentLoaded', () => {
  const dialog = document.createElement('dialog');
  const [close, picture] = [document.createElement('button'), document.createElement('img')];
  dialog.className = 'enlarged';
  close.textContent = 'Close';
  dialog.append(close, picture);
  dialog.addEventListener('click', () => dialog.close());
  document.body.append(dialog);

  const enlarge = (image, name) => {
    [picture.src, picture.alt] = [image.src, image.alt];
    picture.style.setProperty('--ratio', image.naturalWidth / image.naturalHeight);
    dialog.setAttribute('aria-label', name);
    dialog.showModal();
  };

  for (const image of document.querySelectorAll('article figure > img')) {
    const number = image.parentElement.querySelector('.caption-number')?.textContent.trim() ?? 'picture';
    const button = document.createElement('button');
    button.className = 'enlarge';
    button.textContent = `Enlarge ${number}`;
    image.after(button);
    const panels = image.parentElement.querySelectorAll('.panels-apart'); // what a phone shows in its place
    for (const node of [image, button, ...panels]) node.addEventListener('click', () => enlarge(image, number));
  }
});
