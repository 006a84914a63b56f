import { SvelteMap } from 'svelte/reactivity';

/** The plan that was open last in this tab, by workspace: from the people of a workspace the way leads back to it. */
export const lastYears = new SvelteMap<string, number>();
