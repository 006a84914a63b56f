import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { sumMoney } from './money.ts';
import type { FundingView } from './plan/read.ts';

const line = (fields: Partial<FundingView>): FundingView => ({
  id: 'f',
  source: 'municipal',
  funder: null,
  form: 'cash',
  stage: 'planned',
  cents: null,
  hours: null,
  note: '',
  order: 'a0',
  ...fields,
});

test('keeps cash, in-kind and hours apart, and attracted money by source', () => {
  const money = sumMoney([
    {
      funding: [
        line({ cents: 100_00 }),
        line({ cents: 250_00, source: 'eu' }),
        line({ cents: 50_00, source: 'own', stage: 'received' }),
        line({ cents: 70_00, source: 'private', form: 'in-kind' }),
        line({ cents: 30_00, form: 'in-kind' }),
      ],
    },
    { funding: [line({ form: 'volunteer', hours: 40, source: 'own' }), line({ source: 'eu' }), line({})] },
  ]);
  expect(money).toEqual({
    municipal: 100_00,
    attracted: 300_00,
    attractedBySource: { own: 50_00, private: 0, national: 0, eu: 250_00, mixed: 0 },
    inKind: { municipal: 30_00, attracted: 70_00 },
    volunteerHours: 40,
    attractedPerMunicipal: 3,
    leverage: 4,
  });
});

test('what has been received stands apart from what is planned', () => {
  const actions = [{ funding: [line({ cents: 100_00 }), line({ cents: 40_00, stage: 'received' })] }];
  actions.push({ funding: [line({ cents: 80_00, source: 'eu', stage: 'received' })] });
  expect(sumMoney(actions)).toMatchObject({ municipal: 140_00, attracted: 80_00 });
  expect(sumMoney(actions, 'received')).toMatchObject({ municipal: 40_00, attracted: 80_00, leverage: 3 });
});

test('ratios are not known without municipal money', () => {
  const money = sumMoney([{ funding: [line({ cents: 24_000_00, source: 'eu' })] }]);
  expect(money).toMatchObject({ attractedPerMunicipal: null, leverage: null, attracted: 24_000_00 });
  expect(sumMoney([])).toMatchObject({ municipal: 0, attracted: 0, volunteerHours: 0, leverage: null });
});

test('the sample plan: 97 000 € municipal, 280 300 € attracted, 2,89 € for each', () => {
  const csv = readFileSync('server/demo/data/ricibas-plans-2025.csv', 'utf8');
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, delimiter: ';', skipEmptyLines: true });
  const money = sumMoney(
    data.map((row) => ({
      funding: [
        line({ cents: Number(row['Pašvaldības finansējums, EUR']) * 100 }),
        line({ cents: Number(row['Piesaistītais finansējums, EUR']) * 100, source: 'mixed' }),
        line({ hours: Number(row['Brīvprātīgais darbs, h']), form: 'volunteer' }),
      ],
    })),
  );
  expect(money).toMatchObject({ municipal: 97_000_00, attracted: 280_300_00, volunteerHours: 6030 });
  expect(money.attractedPerMunicipal).toBeCloseTo(2.89, 2);
  expect(money.leverage).toBeCloseTo(3.89, 2);
});
