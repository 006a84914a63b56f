import { Plugin, type EditorState } from 'prosemirror-state';
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view';
import * as v from 'valibot';
import * as Y from 'yjs';
import { initials } from '#domain/people.ts';
import { markClasses } from '#lib/ui/author-mark.ts';
import type { Binding } from './binding.ts';
import type { EditingSession, TextPlace } from './editing-session.ts';
import { redraw } from './native-selection.ts';
import { absolutePosition } from './relative-selection.ts';

// Where the others are in this text. Who they are is the server's word (`user`), where they are theirs (`selection`).

const stateSchema = v.object({
  user: v.object({ name: v.string(), mark: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  focus: v.object({ item: v.string(), field: v.string() }),
  selection: v.object({ anchor: v.looseObject({}), head: v.looseObject({}) }),
});

type Peer = { client: number; name: string; mark: number; anchor: number; head: number };

/** Shows the others' carets and selections, and tells them this one while the editor has the focus. */
export function carets(
  binding: Binding,
  session: Pick<EditingSession, 'awareness' | 'focus'>,
  place: TextPlace,
): Plugin {
  const { awareness } = session;
  let version = 0;
  let shown: { doc: unknown; version: number; set: DecorationSet } | null = null;
  let sent = 'null';

  const publish = (view: EditorView) => {
    const { selection } = binding;
    if (!view.hasFocus() || !view.editable || !selection) return;
    const json = {
      anchor: Y.relativePositionToJSON(selection.anchor) as unknown,
      head: Y.relativePositionToJSON(selection.head) as unknown,
    };
    const state: unknown = awareness.getLocalState()?.selection ?? null;
    const next = JSON.stringify(json);
    if (next === sent && state !== null) return;
    sent = next;
    awareness.setLocalStateField('selection', json);
  };

  return new Plugin({
    props: {
      decorations: (state) => {
        if (shown?.doc !== state.doc || shown.version !== version) {
          shown = { doc: state.doc, version, set: decorate(state, peers(binding, state, awareness, place)) };
        }
        return shown.set;
      },
    },
    view: (view) => {
      let waits = false;
      const refresh = ({ added, updated, removed }: AwarenessChange) => {
        if ([...added, ...updated, ...removed].every((client) => client === awareness.clientID)) return;
        version++;
        if (waits) return;
        waits = true;
        // Twenty people who type move twenty carets at once, mostly with the text, which then shows them already.
        queueMicrotask(() => {
          waits = false;
          if (!view.isDestroyed && shown?.version !== version) redraw(view);
        });
      };
      awareness.on('change', refresh);
      const onfocus = () => {
        if (!view.editable) return;
        session.focus(place);
        publish(view);
      };
      view.dom.addEventListener('focus', onfocus);
      return {
        update: publish,
        destroy: () => {
          awareness.off('change', refresh);
          view.dom.removeEventListener('focus', onfocus);
        },
      };
    },
  });
}

type AwarenessChange = { added: number[]; updated: number[]; removed: number[] };

function peers(binding: Binding, state: EditorState, awareness: EditingSession['awareness'], place: TextPlace): Peer[] {
  const found: Peer[] = [];
  for (const [client, raw] of awareness.getStates()) {
    if (client === awareness.clientID) continue;
    const parsed = v.safeParse(stateSchema, raw);
    if (!parsed.success) continue;
    const { user, focus, selection } = parsed.output;
    if (focus.item !== place.item || focus.field !== place.field) continue;
    const anchor = position(binding, state, selection.anchor);
    const head = position(binding, state, selection.head);
    if (anchor !== null && head !== null) found.push({ client, ...user, anchor, head });
  }
  return found;
}

/** What others announce is not trusted: a position that makes no sense is no position. */
function position({ text, held }: Binding, state: EditorState, json: unknown): number | null {
  try {
    return absolutePosition(text, state.doc, Y.createRelativePositionFromJSON(json), held);
  } catch {
    return null;
  }
}

function decorate(state: EditorState, peers: Peer[]): DecorationSet {
  const decorations: Decoration[] = [];
  for (const peer of peers) {
    const classes = markClasses(peer.mark);
    const from = Math.min(peer.anchor, peer.head);
    const to = Math.max(peer.anchor, peer.head);
    if (from < to) decorations.push(Decoration.inline(from, to, { class: `peer-selection ${classes}` }));
    decorations.push(
      Decoration.widget(peer.head, () => caret(peer, classes), {
        key: `caret-${peer.client}-${peer.mark}-${peer.name}`,
        side: -1,
        ignoreSelection: true,
      }),
    );
  }
  return DecorationSet.create(state.doc, decorations);
}

function caret(peer: Peer, classes: string): HTMLElement {
  const element = document.createElement('span');
  element.className = `peer-caret ${classes}`;
  // Who is in the field is read out beside it; a name inside the text would be read as part of it.
  element.setAttribute('aria-hidden', 'true');
  const flag = document.createElement('span');
  flag.className = 'peer-flag';
  flag.dataset['initials'] = initials(peer.name);
  flag.dataset['name'] = peer.name;
  element.append(flag);
  return element;
}
