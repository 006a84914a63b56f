// Characters beyond U+FFFF are two UTF-16 units, a high and a low half. Half of one is no text: Yjs replaces it.

export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Whether a place in a text, in UTF-16 units, lies between the two halves of a character. */
export function splitsCharacter(text: string, at: number): boolean {
  return isHighSurrogate(text.charCodeAt(at - 1)) && isLowSurrogate(text.charCodeAt(at));
}
