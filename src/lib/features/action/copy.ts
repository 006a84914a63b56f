/** Puts text on the clipboard. False where the browser does not let us: no permission, or no secure address. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
