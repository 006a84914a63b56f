/** Puts focus on the first field with a problem, else on the message of the form as a whole. */
export function scrollIntoReach(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.focus();
}
