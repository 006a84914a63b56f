import * as Y from 'yjs';
import { AuthorIndex, authoredText } from '#domain/authorship.ts';
import { planRoots, type ItemMap } from '#domain/plan/read.ts';
import type { TestEngine } from './engine.ts';

/** An action's map, removed or not. */
export function actionMap(doc: Y.Doc, id: string): ItemMap {
  const item = planRoots(doc).actions.get(id);
  if (!item) throw new Error('There is no such action');
  return item;
}

/** A text of an action. */
export function actionText(doc: Y.Doc, action: string, name: 'title' | 'body'): Y.Text {
  const text = actionMap(doc, action).get(name);
  if (!(text instanceof Y.Text)) throw new Error(`There is no ${name}`);
  return text;
}

/** A document as it is on disk, and who wrote what in it. */
export async function look<T>(
  engine: TestEngine,
  view: (doc: Y.Doc, index: AuthorIndex) => T,
  documentId = engine.documentId,
): Promise<T> {
  const index = new AuthorIndex();
  index.add(await engine.documents.authors(documentId));
  const seen = await engine.documents.read(documentId, (doc) => ({ result: view(doc, index) }));
  if (!seen) throw new Error('There is no such document');
  return seen.result;
}

/** The words of a text with the names of their authors. */
export function words(text: Y.Text, index: AuthorIndex): [text: string, person: string | undefined][] {
  return authoredText(text, index).map(({ text, author }) => [text, author?.person]);
}

/** Whose a field is. */
export function authorOfField(map: ItemMap, name: string, index: AuthorIndex): string | undefined {
  const entry = map._map.get(name);
  return (entry && index.of(entry.lastId.client, entry.lastId.clock)?.person) ?? undefined;
}

/** The document as it is now, to look back at later. */
export async function stateOf(engine: TestEngine, documentId = engine.documentId): Promise<Y.Doc> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await look(engine, (current) => Y.encodeStateAsUpdate(current), documentId));
  return doc;
}
