import { fuzzShare } from '#tests/support/gate-fuzz.ts';

// One half; the other one runs beside it.
fuzzShare(1);
