const HUES = 12;
const PATTERNS = 5;

/** The hue (0–11) and the pattern (0–4: solid, dashed, dotted, double, wavy) of author mark number `mark`. */
export function markOf(mark: number): { hue: number; pattern: number } {
  return { hue: mark % HUES, pattern: (mark + Math.floor(mark / HUES)) % PATTERNS };
}

/** The CSS classes that set an author's colour `--c` and pattern `--p` (src/app.css). */
export function markClasses(mark: number): string {
  const { hue, pattern } = markOf(mark);
  return `hue-${hue} pattern-${pattern}`;
}
