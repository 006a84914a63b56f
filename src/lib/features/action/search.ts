/** Whether a name holds every word of a search, whatever the case and with or without Latvian marks ("kekava"). */
export function matches(name: string, query: string): boolean {
  const plain = fold(name);
  return fold(query)
    .split(/\s+/u)
    .every((word) => plain.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
