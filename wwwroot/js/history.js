// Scrolling and copying for the pages that show much: what only the browser knows.

/** Whether the element is scrolled to its very top. */
export const atTop = element => !element || element.scrollTop < 4;

/** Whether the element is scrolled to its very end. */
export const atEnd = element => !element || element.scrollHeight - element.scrollTop - element.clientHeight < 24;

export const toTop = element => { if (element) element.scrollTop = 0; };

// The list measures its rows before it is as high as it will be.
export const toEnd = element => {
  if (!element) return;
  element.scrollTop = element.scrollHeight;
  requestAnimationFrame(() => { element.scrollTop = element.scrollHeight; });
};

/** Copies a text; false when the browser does not allow it (no HTTPS): then it is selected, to be copied by hand. */
export const copy = async (text, element) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element) getSelection().selectAllChildren(element);
    return false;
  }
};

/** Saves a text as a file of the browser's. */
export const save = (name, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
