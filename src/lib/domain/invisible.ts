// Code points that show nothing: white space, what only steers others (Cc, Cf), what Unicode says not to show where it
// has no effect (Default_Ignorable_Code_Point), and the empty braille pattern. As numbers: figures must not depend on
// the version of Unicode that a browser knows. The test holds them against those properties.

/** First and last code point of every range, ascending. */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x0000, 0x0020],
  [0x007f, 0x00a0],
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x0600, 0x0605],
  [0x061c, 0x061c],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** 1 for those of one UTF-16 unit: whole plans are counted while people type. */
const OF_ONE_UNIT = new Uint8Array(0x10000);
for (const [first, last] of RANGES) OF_ONE_UNIT.fill(1, first, last + 1);

/** Whether a code point shows nothing. */
export function isInvisible(point: number): boolean {
  if (point < OF_ONE_UNIT.length) return OF_ONE_UNIT[point] === 1;
  return RANGES.some(([first, last]) => point >= first && point <= last);
}
