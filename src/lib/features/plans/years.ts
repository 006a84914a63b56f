/** In autumn those who begin plan the year to come. */
const AUTUMN = 8;

/**
 * Years for which a plan can be created: those near by that have none yet.
 * @param taken years that have a plan
 * @returns `usual`: the one that is most likely meant, null when there is no choice. Those who have plans already may lack
 *   one for this year too.
 */
export function planYears(taken: readonly number[], now = new Date()): { choices: number[]; usual: number | null } {
  const year = now.getFullYear();
  const choices = [year - 1, year, year + 1, year + 2].filter((choice) => !taken.includes(choice));
  const likely = taken.length === 0 && now.getMonth() >= AUTUMN ? year + 1 : year;
  return { choices, usual: choices.find((choice) => choice >= likely) ?? choices.at(-1) ?? null };
}
