/** Person ids. Every co-author is a contributor, every contributor a participant. */
export type Ladder = {
  participants: ReadonlySet<string>;
  contributors: ReadonlySet<string>;
  coAuthors: ReadonlySet<string>;
  /** Co-authors / participants, 0 to 1; null while there is nobody. */
  rate: number | null;
};

/**
 * Participants, contributors and co-authors of a plan.
 * @param opened who opened the plan
 * @param inserted who has an attributed insertion that no undo, copy or move put there
 * @param coAuthors who is a co-author of at least one action
 */
export function ladder(opened: Iterable<string>, inserted: Iterable<string>, coAuthors: Iterable<string>): Ladder {
  const authors = new Set(coAuthors);
  const contributors = new Set([...inserted, ...authors]);
  const participants = new Set([...opened, ...contributors]);
  return {
    participants,
    contributors,
    coAuthors: authors,
    rate: participants.size === 0 ? null : authors.size / participants.size,
  };
}
