/** Refusals by code, where the words of the command are not the best for this page. Without an entry they stand. */
export const en: Partial<Record<string, string>> = {}
