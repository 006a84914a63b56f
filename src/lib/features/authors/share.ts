import { formatPercent } from '#lib/i18n/format.ts';

/** A share in whole per cent; one that rounds to nothing is not nothing. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.005 ? `<${formatPercent(0.01)}` : formatPercent(share);
}
