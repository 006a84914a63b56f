// Which browser somebody sits at, as far as it helps them to know it again. Nothing finer is kept: no versions, no
// models, no addresses.

/** Names as browsers call themselves. */
const BROWSERS = ['Chrome', 'Edge', 'Firefox', 'Opera', 'Safari', 'Samsung Internet'] as const;
type BrowserName = (typeof BROWSERS)[number];

const DEVICES = ['windows', 'mac', 'linux', 'chromebook', 'android', 'iphone', 'ipad'] as const;
export type Device = (typeof DEVICES)[number];

/** What could be told from the user agent; null is what could not. */
export type Browser = { name: BrowserName | null; device: Device | null };

// In order: many browsers also name those whose pages they can show.
const NAME_MARKS: readonly (readonly [RegExp, BrowserName])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPT|OPX|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
];
const DEVICE_MARKS: readonly (readonly [RegExp, Device])[] = [
  [/\biPhone\b|\biPod\b/, 'iphone'],
  [/\biPad\b/, 'ipad'],
  [/\bAndroid\b/, 'android'],
  [/\bCrOS\b/, 'chromebook'],
  [/\bWindows\b/, 'windows'],
  [/\bMacintosh\b/, 'mac'],
  [/\bLinux\b|\bX11\b/, 'linux'],
];
/** What a browser says of itself may be of any length. */
const READ_CHARACTERS = 500;

export function browserOf(userAgent: string): Browser {
  const text = userAgent.slice(0, READ_CHARACTERS);
  const first = <T>(marks: readonly (readonly [RegExp, T])[]) => marks.find(([mark]) => mark.test(text))?.[1] ?? null;
  return { name: first(NAME_MARKS), device: first(DEVICE_MARKS) };
}

/** How a browser is stored. */
export function browserToText({ name, device }: Browser): string {
  return `${name ?? ''}/${device ?? ''}`;
}

export function browserFromText(text: string): Browser {
  const [name, device] = text.split('/');
  return {
    name: BROWSERS.find((known) => known === name) ?? null,
    device: DEVICES.find((known) => known === device) ?? null,
  };
}
