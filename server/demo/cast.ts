import type { OrganisationKind, Sector } from '#domain/people.ts';
import type { Role } from '#domain/rights.ts';

// The demo's organisations and people. Organisations have real names from the sample plan; people are made up.

/** Everybody in the demo signs in with it. */
export const DEMO_PASSWORD = 'kopa-raksta-planu';

export const DEMO_WORKSPACE = 'Ķekavas novads';

export const ORGANISATIONS = {
  municipality: { name: 'Ķekavas novada pašvaldība', kind: 'municipality', sector: 'public' },
  daugavkrasts: { name: 'Partnerība "Daugavkrasts"', kind: 'association', sector: 'civic' },
  mezinieki: { name: 'Mežinieku apkaimes attīstībai', kind: 'association', sector: 'civic' },
  jaunsils: { name: 'Jaunsila apkaimes biedrība', kind: 'association', sector: 'civic' },
  daugmale: { name: 'Darām Daugmalei', kind: 'association', sector: 'civic' },
  businesses: { name: 'Vietējie uzņēmēji', kind: 'business', sector: 'business' },
  socialService: { name: 'Ķekavas novada Sociālais dienests', kind: 'institution', sector: 'public' },
  youthCentre: { name: 'Jauniešu centrs', kind: 'institution', sector: 'public' },
  school: { name: 'Skola', kind: 'institution', sector: 'public' },
  ruralForum: { name: 'Latvijas Lauku forums', kind: 'association', sector: 'civic' },
} as const satisfies Record<string, { name: string; kind: OrganisationKind; sector: Sector }>;
export type OrganisationKey = keyof typeof ORGANISATIONS;

type Character = { name: string; email: string; role: Role; organisation: OrganisationKey };

/** In order of joining. The keys are the voices of story.ts. */
export const CAST = {
  AK: person('Aija Krūze', 'aija.kruze', 'coordinator', 'daugavkrasts'),
  MB: person('Mārtiņš Bērziņš', 'martins.berzins', 'editor', 'municipality'),
  IL: person('Ilze Liepiņa', 'ilze.liepina', 'editor', 'jaunsils'),
  GR: person('Gita Rozentāle', 'gita.rozentale', 'editor', 'mezinieki'),
  JS: person('Jānis Strautiņš', 'janis.strautins', 'editor', 'daugmale'),
  DZ: person('Dace Zariņa', 'dace.zarina', 'editor', 'municipality'),
  KV: person('Kristaps Vanags', 'kristaps.vanags', 'editor', 'daugavkrasts'),
  LA: person('Laima Ābola', 'laima.abola', 'editor', 'mezinieki'),
  ES: person('Edgars Siliņš', 'edgars.silins', 'editor', 'jaunsils'),
  PO: person('Pēteris Ozols', 'peteris.ozols', 'editor', 'businesses'),
  SE: person('Sandra Eglīte', 'sandra.eglite', 'editor', 'socialService'),
  RK: person('Rūta Kļaviņa', 'ruta.klavina', 'editor', 'youthCentre'),
  ZL: person('Zane Lapiņa', 'zane.lapina', 'editor', 'daugmale'),
  VC: person('Valdis Celmiņš', 'valdis.celmins', 'evaluator', 'ruralForum'),
  IG: person('Inese Grava', 'inese.grava', 'observer', 'municipality'),
} as const;
export type Voice = keyof typeof CAST;

function person(name: string, account: string, role: Role, organisation: OrganisationKey): Character {
  return { name, email: `${account}@example.org`, role, organisation };
}
