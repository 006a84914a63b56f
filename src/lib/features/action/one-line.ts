/** An attachment: Enter and pasted line breaks do not break the line of a field that is a single line of text. */
export function keepOneLine(element: HTMLTextAreaElement): () => void {
  const onBeforeInput = (event: InputEvent) => {
    if (event.isComposing) return;
    if (event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph') {
      event.preventDefault();
      return;
    }
    const pasted = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    if (!event.inputType.startsWith('insertFrom') || !/[\r\n]/u.test(pasted)) return;
    event.preventDefault();
    insert(element, pasted.replace(/\s*[\r\n]+\s*/gu, ' ').trim());
  };
  element.addEventListener('beforeinput', onBeforeInput);
  return () => element.removeEventListener('beforeinput', onBeforeInput);
}

function insert(element: HTMLTextAreaElement, text: string): void {
  const room = element.maxLength < 0 ? Infinity : element.maxLength - element.value.length;
  const selected = element.selectionEnd - element.selectionStart;
  element.setRangeText(
    text.slice(0, Math.max(0, room + selected)),
    element.selectionStart,
    element.selectionEnd,
    'end',
  );
  element.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
}
