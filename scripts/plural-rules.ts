import type { Plugin } from 'vite';

const MADE = 'new Intl.PluralRules(locale, options)';

/**
 * Compiled messages make plural rules anew for each number they show, which costs more than everything else in them:
 * here they are made once for each locale and kind.
 */
export function keptPluralRules(): Plugin {
  return {
    name: 'kopplans-kept-plural-rules',
    transform(code, id) {
      if (!id.endsWith('/paraglide/registry.js')) return null;
      if (!code.includes(MADE))
        throw new Error('Paraglide makes plural rules in another way now: see scripts/plural-rules.ts');
      return { code: code.replace(MADE, 'keptPluralRules(locale, options)') + KEPT, map: null };
    },
  };
}

const KEPT = `
const kept = new Map();
function keptPluralRules(locale, options) {
	const key = locale + (options?.type ?? '');
	let rules = kept.get(key);
	if (!rules) kept.set(key, (rules = new Intl.PluralRules(locale, options)));
	return rules;
}
`;
