import type { Plugin } from 'vite';

/** Shared code smaller than this, in bytes before compression, is not worth a request of its own. */
const WORTH_A_REQUEST = 20_000;

/**
 * Joins the many small files of shared code into few, by the pages that need them: what a phone waits for on the way to
 * the board is the number of files as much as their size.
 */
export function fewerChunks(): Plugin {
  return {
    name: 'kopplans-fewer-chunks',
    config: ({ build }) =>
      build?.ssr
        ? undefined
        : {
            build: {
              rolldownOptions: {
                output: {
                  codeSplitting: {
                    groups: [
                      {
                        name: 'shared',
                        minShareCount: 2,
                        entriesAware: true,
                        entriesAwareMergeThreshold: WORTH_A_REQUEST,
                      },
                    ],
                  },
                },
              },
            },
          },
  };
}
