import fc from 'fast-check';
import { joinBackward, joinForward } from 'prosemirror-commands';
import { expect, test } from 'vitest';
import { isLowSurrogate } from '#domain/surrogates.ts';
import { EditorClient, seedText, writers } from '#tests/support/editor-client.ts';
import {
  indentItems,
  plainAtStart,
  setBlock,
  setLink,
  splitBlock,
  toggleBlock,
  toggleBold,
  toggleItalic,
} from './commands.ts';
import { flatLength } from './flat-text.ts';
import { insertBlocks } from './insert-blocks.ts';
import { schema } from './schema.ts';

// Several people, each with an alphabet of their own, edit one text at once through their editors. Whatever they do and
// however the network delivers it: all texts become one, each editor shows its text after every single step, nobody's
// characters are written by anybody else, and nothing is inserted that nobody typed.

const ALPHABETS = ['aāb', 'mņ😀', 'sšt', 'uūv'];
const BLOCKS = ['heading1', 'heading2', 'bullet', 'ordered', 'quote'] as const;

type Action =
  | { do: 'type'; length: number }
  | { do: 'select'; anchor: number; head: number }
  | { do: 'caret'; at: number }
  | { do: 'paste'; blocks: number[] }
  | { do: 'block'; block: (typeof BLOCKS)[number] | null }
  | { do: 'toggle'; block: (typeof BLOCKS)[number] }
  | { do: 'indent'; by: 1 | -1 }
  | {
      do:
        | 'enter'
        | 'backspace'
        | 'delete'
        | 'bold'
        | 'italic'
        | 'link'
        | 'unlink'
        | 'undo'
        | 'redo'
        | 'compose'
        | 'compose-end'
        | 'deliver'
        | 'deliver-all';
    };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('type' as const), length: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('select' as const), anchor: fc.nat(1000), head: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('caret' as const), at: fc.nat(1000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('paste' as const),
      blocks: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('block' as const), block: fc.constantFrom(...BLOCKS, null) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('toggle' as const), block: fc.constantFrom(...BLOCKS) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('indent' as const), by: fc.constantFrom(1 as const, -1 as const) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['enter', 'backspace', 'delete', 'bold', 'italic', 'link', 'unlink', 'undo', 'redo'] as const),
        ...([
          'compose',
          'compose',
          'compose-end',
          'enter',
          'backspace',
          'deliver',
          'deliver',
          'deliver',
          'deliver-all',
        ] as const),
      ),
    }),
  },
);

const step = fc.record({ who: fc.nat(3), seed: fc.nat(1000), action });

class Person extends EditorClient {
  readonly alphabet: string[];
  typed = '';
  readonly #queues = new Map<Person, Uint8Array[]>();

  constructor(index: number, seed: Uint8Array) {
    super(100 + index, seed);
    this.alphabet = [...(ALPHABETS[index] ?? '')];
  }

  words(length: number, seed: number): string {
    return Array.from({ length }, (_, at) => this.alphabet[(seed + at) % this.alphabet.length]).join('');
  }

  /** Sends what is new to the others' queues. */
  send(others: Person[]): void {
    for (const update of this.outbox.splice(0)) for (const other of others) other.queue(this).push(update);
  }

  queue(from: Person): Uint8Array[] {
    const queue = this.#queues.get(from) ?? [];
    this.#queues.set(from, queue);
    return queue;
  }

  /** Takes what has come from one of the others, or from all. */
  deliver(which: number | null): void {
    const queues = [...this.#queues.values()].filter((queue) => queue.length > 0);
    const chosen = which === null ? queues : queues.slice(which % Math.max(queues.length, 1)).slice(0, 1);
    for (const queue of chosen) {
      const updates = which === null ? queue.splice(0) : queue.splice(0, 1 + (which % 3));
      for (const update of updates) this.receive(update);
    }
  }
}

function perform(person: Person, { action, seed }: { action: Action; seed: number }): void {
  const length = flatLength(person.state.doc);
  const before = person.inserted.length;
  const caret = person.state.selection.empty;
  let words = '';
  switch (action.do) {
    case 'type':
      words = person.words(action.length, seed);
      person.type(words);
      break;
    case 'select':
      person.select(wholePoint(person, action.anchor % length), wholePoint(person, action.head % length));
      break;
    case 'caret':
      person.select(wholePoint(person, action.at % length));
      break;
    case 'paste': {
      const { tr } = person.state;
      const blocks = action.blocks.map((kind, index) => {
        const line = person.words(1 + ((seed + index) % 3), seed + index);
        words += line;
        const content = schema.text(line, kind % 2 ? [schema.mark('bold')] : []);
        return kind < 3
          ? schema.node('paragraph', null, content)
          : schema.node('listItem', { kind: 'ordered', indent: kind - 3 }, content);
      });
      insertBlocks(tr, blocks);
      person.binding.dispatch(tr);
      break;
    }
    case 'block':
      person.run(setBlock(action.block));
      break;
    case 'toggle':
      person.run(toggleBlock(action.block));
      break;
    case 'indent':
      person.run(indentItems(action.by));
      break;
    case 'enter':
      person.run(splitBlock);
      break;
    case 'backspace':
      if (!person.run(plainAtStart) && !person.run(joinBackward)) erase(person, -1);
      break;
    case 'delete':
      if (!person.run(joinForward)) erase(person, 1);
      break;
    case 'bold':
      person.run(toggleBold);
      break;
    case 'italic':
      person.run(toggleItalic);
      break;
    case 'link':
      if (!person.state.selection.empty) person.run(setLink('https://kekava.lv'));
      break;
    case 'unlink':
      person.run(setLink(null));
      break;
    case 'undo':
      person.undo.undo();
      break;
    case 'redo':
      person.undo.redo();
      break;
    case 'compose':
      person.composing = true;
      break;
    case 'compose-end':
      person.composing = false;
      person.binding.release();
      break;
    case 'deliver':
      person.deliver(seed);
      break;
    case 'deliver-all':
      person.deliver(null);
      break;
  }
  const inserted = person.inserted.slice(before).join('').replaceAll('\n', '');
  // Typing over a selection keeps the characters that stay the same; otherwise it is exactly what was typed.
  if (caret) expect(sorted(inserted), 'what was typed is inserted').toBe(sorted(words));
  else expect(isPartOf(inserted, words), 'only what was typed is inserted').toBe(true);
}

/** An offset of what the editor shows, which a held text is not, that does not stand inside a surrogate pair. */
function wholePoint({ state: { doc } }: Person, offset: number): number {
  const shown = doc.textBetween(0, doc.content.size, '\n');
  return isLowSurrogate(shown.charCodeAt(offset)) ? offset - 1 : offset;
}

/** Deletes the selection or one character, as the browser does. */
function erase(person: Person, direction: 1 | -1): void {
  const { tr, selection } = person.state;
  if (!selection.empty) {
    person.binding.dispatch(tr.deleteSelection());
    return;
  }
  const { $from } = selection;
  const text = $from.parent.textContent;
  const at = $from.parentOffset;
  const behind = direction === 1 ? text.slice(at) : text.slice(0, at);
  const character = direction === 1 ? [...behind].at(0) : [...behind].at(-1);
  if (!character) return;
  const size = character.length;
  const from = direction === 1 ? $from.pos : $from.pos - size;
  person.binding.dispatch(tr.delete(from, from + size));
}

function isPartOf(part: string, whole: string): boolean {
  const left = [...whole];
  return [...part].every((character) => {
    const at = left.indexOf(character);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

const sorted = (text: string) => [...text].sort().join('');

function run(people: Person[], steps: { who: number; seed: number; action: Action }[], undo: boolean): void {
  for (const each of steps) {
    const person = people[each.who % people.length];
    if (!person) continue;
    perform(person, each);
    person.state.doc.check();
    if (!person.binding.held) expect(person.state.doc.eq(person.truth()), 'the editor shows the text').toBe(true);
    person.send(people.filter((other) => other !== person));
  }
  for (let round = 0; round < 3; round++) {
    for (const person of people) person.send(people.filter((other) => other !== person));
    for (const person of people) person.deliver(null);
  }
  for (const person of people) person.binding.release();
  const [first] = people;
  for (const person of people) {
    expect(person.text.toDelta()).toEqual(first?.text.toDelta());
    expect(person.state.doc.eq(person.truth())).toBe(true);
    expect(person.text.toString()).not.toContain('\uFFFD');
    expect(person.binding.repairs, 'no repair').toBe(0);
  }
  // Undo brings back text under the id of whoever undoes; the server credits it to its first author.
  if (undo) return;
  const owner = new Map(people.flatMap((person, index) => person.alphabet.map((letter) => [letter, 100 + index])));
  for (const { character, client } of writers(people[0]!.text)) {
    if (owner.has(character)) expect(client, `who wrote ${character}`).toBe(owner.get(character));
  }
}

const steps = fc.array(step, { minLength: 1, maxLength: 80 });
const isHistory = ({ do: name }: Action) => name === 'undo' || name === 'redo';

test('W1, W10, M2 two to four people edit at once: one text, every editor shows it, every character keeps its writer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), steps, (count, script) => {
      const seed = seedText('XX XXX\nXXXX\n\n');
      const people = Array.from({ length: count }, (_, index) => new Person(index, seed));
      run(
        people,
        script.filter((each) => !isHistory(each.action)),
        false,
      );
    }),
    { numRuns: 100 },
  );
}, 120_000);

/**
 * Nothing of what the editor shows is left in the text when the word has been composed, not even the last line's end.
 */
const ALL_ANEW_WHILE_COMPOSING: { who: number; seed: number; action: Action }[] = [
  { who: 0, seed: 0, action: { do: 'select', anchor: 571, head: 0 } },
  { who: 1, seed: 0, action: { do: 'compose' } },
  { who: 0, seed: 0, action: { do: 'enter' } },
  { who: 0, seed: 0, action: { do: 'backspace' } },
  { who: 0, seed: 0, action: { do: 'type', length: 1 } },
];

/** The editor shows another text than the Y.Text, and what is selected ends beside a character of two units. */
const EMOJI_WHILE_COMPOSING: { who: number; seed: number; action: Action }[] = [
  { who: 1, seed: 0, action: { do: 'compose' } },
  { who: 1, seed: 0, action: { do: 'type', length: 1 } },
  { who: 1, seed: 0, action: { do: 'undo' } },
  { who: 1, seed: 0, action: { do: 'type', length: 3 } },
  { who: 1, seed: 0, action: { do: 'select', anchor: 4, head: 0 } },
  { who: 1, seed: 0, action: { do: 'type', length: 1 } },
];

test('U1 the same with undo and redo', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), steps, (count, script) => {
      const seed = seedText('XX XXX\nXXXX\n\n');
      const people = Array.from({ length: count }, (_, index) => new Person(index, seed));
      run(people, script, true);
    }),
    {
      numRuns: 100,
      examples: [
        [2, ALL_ANEW_WHILE_COMPOSING],
        [2, EMOJI_WHILE_COMPOSING],
      ],
    },
  );
}, 120_000);
