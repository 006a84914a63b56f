import { describe, expect, it } from 'vitest';
import { attractedPerMunicipalEuro, moneyTotals } from './money.ts';

const line = { source: 'municipal', form: 'cash', stage: 'planned', cents: null, hours: null } as const;

describe('moneyTotals', () => {
  it('counts every source but the municipality as attracted', () => {
    const totals = moneyTotals([
      { ...line, cents: 3_000_000 },
      { ...line, source: 'own', cents: 500_000 },
      { ...line, source: 'eu', cents: 4_000_000, stage: 'received' },
      { ...line, source: 'mixed', cents: 1 },
    ]);
    expect(totals).toMatchObject({ municipal: 3_000_000, attracted: 4_500_001, received: 4_000_000 });
    expect(totals.bySource).toEqual({
      municipal: 3_000_000,
      own: 500_000,
      private: 0,
      national: 0,
      eu: 4_000_000,
      mixed: 1,
    });
  });

  it('keeps what is given in kind and volunteer hours apart from cash', () => {
    const totals = moneyTotals([
      { ...line, form: 'in-kind', cents: 20_000 },
      { ...line, form: 'volunteer', source: 'own', hours: 60.5, cents: 99 },
      { ...line, form: 'volunteer', source: 'own', hours: null },
    ]);
    expect(totals).toMatchObject({ municipal: 0, attracted: 0, inKind: 20_000, hours: 60.5 });
  });
});

describe('attractedPerMunicipalEuro', () => {
  it('divides attracted by municipal cash', () => {
    const totals = moneyTotals([
      { ...line, cents: 200 },
      { ...line, source: 'private', cents: 300 },
    ]);
    expect(attractedPerMunicipalEuro(totals)).toBe(1.5);
  });

  it('says nothing where the municipality gives none', () => {
    expect(attractedPerMunicipalEuro(moneyTotals([{ ...line, source: 'eu', cents: 300 }]))).toBeNull();
  });
});
