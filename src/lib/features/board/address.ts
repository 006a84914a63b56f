/** The same address with some parameters set, or taken away (null). */
export function withParams(url: URL, params: Record<string, string | null>): string {
  const search = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(params)) {
    if (value === null) search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  return text ? `${url.pathname}?${text}` : url.pathname;
}
