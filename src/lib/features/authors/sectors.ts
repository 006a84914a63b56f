import { SECTORS, type Sector } from '#domain/people.ts';

/** Shares of the sectors in the characters, 0 to 1, in one order; null: people without an organisation. */
export function sectorShares(
  organisations: readonly { organisation: string | null; share: number }[],
  sectorOf: (organisation: string | null) => Sector | null,
): { sector: Sector | null; share: number }[] {
  const order: (Sector | null)[] = ['civic', ...SECTORS.filter((sector) => sector !== 'civic'), null];
  return order
    .map((sector) => ({
      sector,
      share: organisations
        .filter((total) => sectorOf(total.organisation) === sector)
        .reduce((sum, total) => sum + total.share, 0),
    }))
    .filter(({ share }) => share > 0);
}
