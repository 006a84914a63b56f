// Who wrote what, and how every figure about it is counted.

export { AuthorIndex, sameAuthor, type Author, type AuthorsMessage } from './authorship/author-index.ts';
export { authoredText, countCharacters, type AuthoredText } from './authorship/text.ts';
export type { Tally } from './authorship/tally.ts';
export {
  actionAuthorship,
  DEFAULT_THRESHOLDS,
  type ActionAuthor,
  type ActionAuthorship,
  type Thresholds,
} from './authorship/action.ts';
export { coAuthorsOf, planAuthorship } from './authorship/plan.ts';
export { AuthorshipCache } from './authorship/cache.ts';
export { evenness } from './authorship/balance.ts';
export { ladder } from './authorship/ladder.ts';
export { actionPassages, framePassages, type Passage, type Place } from './authorship/passages.ts';
export { FRAME, type AuthorshipReport, type ReportedAction, type Words, type WordsQuery } from './authorship/report.ts';
