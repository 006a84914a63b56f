/** Fetches the editor, which pages that only list texts do without. */
export const loadEditor = () => import('./RichTextEditor.svelte');
