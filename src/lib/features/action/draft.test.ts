import { describe, expect, it } from 'vitest';
import { Draft } from './draft.svelte.ts';

function amountField(start: number | null) {
  const shared = { value: start, written: [] as (number | null)[] };
  const draft = new Draft<number | null>({
    value: () => shared.value,
    show: (value) => (value === null ? '' : String(value)),
    read: (text) =>
      /^\d*$/.test(text)
        ? { ok: true, value: text === '' ? null : Number(text) }
        : { ok: false, problem: 'not a number' },
    write: (value) => {
      shared.value = value;
      shared.written.push(value);
    },
  });
  return { shared, draft };
}

describe('Draft', () => {
  it('keeps typing to itself until it is committed', () => {
    const { shared, draft } = amountField(1);
    draft.type('12');
    expect(draft.text).toBe('12');
    expect(shared.written).toEqual([]);
    draft.commit();
    expect(shared.written).toEqual([12]);
    expect(draft.typing).toBe(false);
    expect(draft.text).toBe('12');
  });

  it('restores the shared value', () => {
    const { shared, draft } = amountField(1);
    draft.type('999');
    draft.restore();
    draft.commit();
    expect(draft.text).toBe('1');
    expect(shared.written).toEqual([]);
  });

  it('keeps what is not valid in the field, with the reason, and writes nothing', () => {
    const { shared, draft } = amountField(1);
    draft.type('much');
    draft.commit();
    expect(draft.text).toBe('much');
    expect(draft.problem).toBe('not a number');
    expect(shared.written).toEqual([]);
    draft.type('muc');
    expect(draft.problem).toBeNull();
  });

  it('tells a change of somebody else and does not overwrite what I type', () => {
    const { shared, draft } = amountField(1);
    draft.type('12');
    expect(draft.meanwhile).toBeNull();
    shared.value = 50;
    expect(draft.text).toBe('12');
    expect(draft.meanwhile).toBe('50');
    draft.commit();
    expect(shared.value).toBe(12);
  });

  it('does not undo somebody’s change with text that I put back as it was', () => {
    const { shared, draft } = amountField(1);
    draft.type('12');
    draft.type('1');
    shared.value = 50;
    draft.commit();
    expect(shared.written).toEqual([]);
    expect(draft.text).toBe('50');
  });

  it('writes nothing when nothing was typed', () => {
    const { shared, draft } = amountField(1);
    draft.commit();
    expect(shared.written).toEqual([]);
  });

  it('can be emptied', () => {
    const { shared, draft } = amountField(1);
    draft.type('');
    draft.commit();
    expect(shared.value).toBeNull();
  });
});
