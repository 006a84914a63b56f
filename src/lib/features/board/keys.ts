/** A key handler for a field: these keys leave it. What was typed is kept. */
export function leaveOn(...keys: string[]): (event: KeyboardEvent & { currentTarget: HTMLElement }) => void {
  return (event) => {
    if (event.isComposing || !keys.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.blur();
  };
}
