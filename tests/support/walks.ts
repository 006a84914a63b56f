import { expect, type BrowserContext, type Locator, type Page, type WebSocketRoute } from '@playwright/test';
import Database from 'better-sqlite3';
import path from 'node:path';
import { CLOSE } from '#domain/sync.ts';
import { openDatabase } from '#server/db/client.ts';
import { createPeople } from '#server/people.ts';
import type { AppServer } from './app-server.ts';
import { keepBusy } from './busy.ts';
import { keepRefusedChange } from './refused-change.ts';
import type { wordsIn } from './words.ts';

// Ways through the product on which everything that can be open on a screen is open once. A walk stops at each (it
// yields a name and the page); whoever takes it looks there: at what axe finds, or with their own eyes.

export const COORDINATOR = 'aija.kruze@example.org';
const EDITOR = 'martins.berzins@example.org';
const OBSERVER = 'inese.grava@example.org';

const WORKSPACE = '/w/kekavas-novads';
const BOARD = `${WORKSPACE}/plan/2025`;

export type Stop = { name: string; page: Page };
type Stops = AsyncGenerator<Stop>;

export type Stage = {
  /** Messages in the language of the walk. */
  m: ReturnType<typeof wordsIn>;
  /** The demo. */
  demo: AppServer;
  /** A server that nobody has set up yet. */
  fresh(): Promise<AppServer>;
  /** A browser in the language of the walk; `email` is signed in there. */
  browser(server: AppServer, email?: string): Promise<BrowserContext>;
};

const shown = (locator: Locator) => locator.filter({ visible: true }).first();

/** Sign-in, and addresses that lead nowhere. */
async function* door({ m, demo, browser }: Stage): Stops {
  const page = await (await browser(demo)).newPage();
  await page.goto('/sign-in');
  yield { name: 'sign-in with the people of the demo', page };
  await page.getByLabel(m.people_email()).fill(COORDINATOR);
  await page.getByLabel(m.people_password(), { exact: true }).fill('no');
  await page.keyboard.press('Enter');
  await expect(page.getByText(m.people_problem_credentials_wrong())).toBeVisible();
  yield { name: 'sign-in refused', page };
  await page.goto('/set-up/nothing');
  yield { name: 'set-up closed', page };
  await page.goto('/join/nothing');
  yield { name: 'invitation that never was', page };
}

/** The board and all that opens over it, for somebody who writes. */
async function* board({ m, demo, browser }: Stage): Stops {
  const page = await (await browser(demo, COORDINATOR)).newPage();
  await page.goto(BOARD);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  yield { name: 'board by goal', page };

  const filter = page.getByRole('button', { name: m.board_filter() });
  await filter.click();
  await page.getByPlaceholder(m.board_filter_text()).fill('qqq');
  await expect(page.getByText(m.board_nothing_found())).toBeVisible();
  yield { name: 'filter that finds nothing', page };
  await page.getByPlaceholder(m.board_filter_text()).fill('tikšanās');
  await expect(page.getByRole('article').filter({ visible: true }).first()).toBeVisible();
  yield { name: 'filter that finds some', page };
  await shown(page.getByRole('button', { name: m.board_clear_filter() })).click();
  await filter.click();

  await page.getByRole('button', { name: m.board_who_wrote() }).click();
  await expect(page.getByRole('complementary', { name: m.board_legend() }).getByRole('listitem')).not.toHaveCount(0);
  yield { name: 'who wrote the board', page };
  await page.getByRole('button', { name: m.board_who_wrote() }).click();

  await page.getByRole('button', { name: m.board_how_counted() }).click();
  await page.getByRole('dialog').locator('summary').click();
  yield { name: 'how the figures are counted', page };
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const card = page.getByRole('article').filter({ visible: true }).first();
  await card.getByRole('button').click();
  await expect(page.getByRole('menu')).toBeVisible();
  yield { name: 'menu of a card', page };
  await page.getByRole('menuitem', { name: m.board_move_to() }).click();
  yield { name: 'moving by dialog', page };
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await card.getByRole('link').focus();
  await page.keyboard.press('Space');
  yield { name: 'a card in hand', page };
  await page.keyboard.press('Escape');

  const column = page.locator('section:has(> header h2)').filter({ visible: true }).first();
  await column.locator('header').getByRole('button').click();
  await expect(page.getByRole('menu')).toBeVisible();
  yield { name: 'menu of a goal', page };
  await page.getByRole('menuitem', { name: m.board_rename_goal() }).click();
  await expect(page.getByLabel(m.board_goal_name())).toBeFocused();
  yield { name: 'renaming a goal', page };
  await page.keyboard.press('Escape');
  await column.locator('header').getByRole('button').click();
  await page.getByRole('menuitem', { name: m.board_delete_goal() }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  yield { name: 'deleting a goal', page };
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await shown(column.getByRole('button', { name: m.board_new_action() })).click();
  await page.getByLabel(m.board_new_action_name()).fill('Kaimiņu svētki');
  yield { name: 'naming a new action', page };
  await page.keyboard.press('Escape');
  await shown(page.getByRole('button', { name: m.board_new_goal() })).click();
  await expect(page.getByLabel(m.board_goal_name())).toBeFocused();
  yield { name: 'naming a new goal', page };
  await page.keyboard.press('Escape');

  const deleted = await card.getByRole('link').innerText();
  await card.getByRole('button').click();
  await page.getByRole('menuitem', { name: m.board_delete_action() }).click();
  const undo = page.getByRole('status').getByRole('button', { name: m.undo() });
  await undo.focus();
  yield { name: 'message that an action is deleted', page };
  await page.getByRole('status').getByRole('button', { name: m.close() }).click();
  await shown(page.getByTitle(m.board_removed_actions(), { exact: true })).click();
  const restore = page.getByRole('dialog').getByRole('button', { name: m.board_restore_action({ title: deleted }) });
  await expect(restore).toBeVisible();
  yield { name: 'list of deleted actions', page };
  await restore.click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.goto(`${BOARD}?by=status`);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  yield { name: 'board by status', page };
  await shown(page.getByRole('button', { name: m.board_plan_of_year({ year: '2025' }) })).click();
  await expect(page.getByRole('menu')).toBeVisible();
  yield { name: 'plans of other years', page };
  await page.getByRole('menuitem', { name: m.board_new_plan() }).click();
  await expect(page.getByRole('heading', { name: m.board_new_plan() })).toBeVisible();
  yield { name: 'new plan for another year', page };
}

/** An open action and all that opens in it. */
async function* sheet({ m, demo, browser }: Stage): Stops {
  const page = await (await browser(demo, COORDINATOR)).newPage();
  await page.goto(BOARD);
  await shown(page.locator('article h3 a')).click();
  const open = page.getByRole('dialog');
  await expect(open.getByRole('textbox', { name: m.sheet_description() })).toBeVisible();
  yield { name: 'action', page };

  await open.getByRole('button', { name: m.sheet_authors_show() }).click();
  for (const how of await open.getByRole('button', { name: m.sheet_how_counted() }).all()) await how.click();
  for (const part of [m.sheet_money(), m.sheet_indicators()])
    await open.getByRole('region', { name: part }).locator('[data-part] > button').first().click();
  await open.getByRole('button', { name: m.sheet_partner_add() }).click();
  await expect(open.getByRole('listbox')).toBeVisible();
  yield { name: 'action with authors, formulas, a funding line, an indicator and the organisations open', page };

  await page.keyboard.type('qqq');
  await expect(open.getByText(m.sheet_organisation_new_by_coordinator())).toBeVisible();
  yield { name: 'organisation that is not found', page };
  await page.keyboard.press('Escape');

  // Somebody else is in two of its fields.
  const other = await (await browser(demo, EDITOR)).newPage();
  await other.goto(page.url());
  await other.getByRole('textbox', { name: m.sheet_description() }).click();
  await expect(open.getByText(m.sheet_present_here({ names: 'Mārtiņš Bērziņš' }))).toBeAttached();
  yield { name: 'somebody else is writing in it', page };
  await other.close();

  await page.keyboard.press('Escape');
  await shown(page.getByRole('button', { name: m.board_new_action() })).click();
  await page.keyboard.type('Talka pie ezera');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await shown(page.getByRole('link', { name: 'Talka pie ezera', exact: true })).click();
  await expect(open.getByRole('textbox', { name: m.sheet_description() })).toBeVisible();
  yield { name: 'action with nothing in it yet', page };

  await open.getByLabel(m.sheet_starts()).fill('2025-05-02');
  await open.getByLabel(m.sheet_ends()).fill('2025-05-01');
  await open.getByLabel(m.sheet_ends()).blur();
  await open.getByRole('button', { name: m.sheet_funding_add() }).click();
  await open.getByLabel(m.sheet_amount(), { exact: true }).fill('?');
  await page.keyboard.press('Enter');
  await expect(open.getByRole('alert')).toBeVisible();
  await open.getByRole('textbox', { name: m.sheet_description() }).click();
  await page.keyboard.press('ControlOrMeta+k');
  await open.getByLabel(m.editor_link_address()).fill('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await expect(open.getByText(m.editor_link_invalid())).toBeVisible();
  yield { name: 'dates, an amount and a link that cannot be', page };
  await page.keyboard.press('Escape');

  await open.getByRole('button', { name: m.sheet_delete() }).click();
  const question = page.getByRole('dialog', { name: m.sheet_delete_title() });
  await expect(question).toBeVisible();
  yield { name: 'deleting an action', page };
  await question.getByRole('button', { name: m.delete(), exact: true }).click();
  await expect(open).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('heading', { name: m.sheet_gone_title() })).toBeVisible();
  yield { name: 'action that I deleted', page };
  await page.goto(`${BOARD}/action/none`);
  await expect(page.getByRole('heading', { name: m.sheet_missing_title() })).toBeVisible();
  yield { name: 'action that never was', page };
}

/** Who wrote the plan, and the words behind the figures. */
async function* authors({ m, demo, browser }: Stage): Stops {
  const page = await (await browser(demo, COORDINATOR)).newPage();
  await page.goto(`${BOARD}/authors`);
  yield { name: 'authors', page };
  for (const summary of await page.locator('summary').all()) await summary.click();
  yield { name: 'authors with every formula open', page };
  await page.getByRole('table', { name: m.authors_organisations() }).getByRole('link').first().click();
  await expect(page.getByRole('complementary')).toBeVisible();
  yield { name: 'the words of an organisation', page };
  await page.goto(`${BOARD}/authors`);
  await page.getByRole('table', { name: m.authors_people() }).getByRole('link').first().click();
  await expect(page.getByRole('complementary')).toBeVisible();
  yield { name: 'the words of a person', page };
}

/** What somebody sees who may read only, and who belongs nowhere. */
async function* reader({ m, demo, browser }: Stage): Stops {
  const page = await (await browser(demo, OBSERVER)).newPage();
  await page.goto(BOARD);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  yield { name: 'board to read', page };
  await shown(page.locator('article h3 a')).click();
  const open = page.getByRole('dialog');
  await expect(open.getByRole('region', { name: m.sheet_co_authors() }).getByRole('listitem').first()).toBeVisible();
  yield { name: 'action to read', page };
  await page.goto(`${WORKSPACE}/people`);
  yield { name: 'people to read', page };
  await page.goto('/account');
  yield { name: 'account', page };
  await page.getByLabel(m.people_name()).fill('');
  await page.getByRole('button', { name: m.save(), exact: true }).first().click();
  await expect(page.getByText(m.people_problem_name_missing())).toBeVisible();
  yield { name: 'account with a problem', page };
  await page.goto('/sign-out');
  yield { name: 'signing out', page };
  const release = keepBusy(demo);
  // As without JavaScript: the answer is a page of its own.
  await page.locator('form[action="/sign-out"]').evaluate((form: HTMLFormElement) => form.submit());
  await expect(page.getByRole('heading', { name: m.people_error_busy_title() })).toBeVisible();
  yield { name: 'error 503', page };
  release();
  await page.goto('/nowhere');
  yield { name: 'page that is not there', page };
  await page.goto(`${WORKSPACE}/plan/1999`);
  yield { name: 'plan that is not there', page };
  await page.goto('/w/nowhere');
  yield { name: 'workspace that is not there', page };

  const stranger = `stranger-${Date.now()}@example.org`;
  demo.admin('person:create', '--email', stranger, '--name', 'Kāds Svešais');
  const alone = await (await browser(demo, stranger)).newPage();
  await alone.goto('/');
  yield { name: 'home of somebody without a workspace', page: alone };
  await alone.goto(BOARD);
  yield { name: 'workspace of others', page: alone };
}

/** What stands between a person and a live plan. */
async function* trouble({ m, demo, browser }: Stage): Stops {
  const context = await browser(demo, COORDINATOR);
  const page = await context.newPage();
  const saved = page.locator('[data-connection]').first();
  await page.goto(BOARD);
  await expect(saved).toHaveText(m.collab_saved());
  await page.goto('/account');
  await keepRefusedChange(page, demo, { email: COORDINATOR, of: EDITOR, text: ' zem sveša numura' });
  await page.goto(BOARD);
  const dialog = page.getByRole('dialog', { name: m.collab_refused_title() });
  await expect(dialog.getByRole('textbox')).toHaveValue(/zem sveša numura/);
  yield { name: 'refused change', page };
  await dialog.getByRole('button', { name: m.collab_discard() }).click();
  await expect(dialog.getByText(m.collab_discard_really())).toBeVisible();
  yield { name: 'discarding a refused change', page };
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  yield { name: 'notice of a refused change', page };
  await page.getByRole('button', { name: m.collab_show_text() }).click();
  await dialog.getByRole('button', { name: m.collab_discard() }).click();
  await dialog.getByRole('button', { name: m.collab_discard_yes() }).click();

  await expect(saved).toHaveText(m.collab_saved());
  await context.setOffline(true);
  const title = page.getByRole('textbox', { name: m.board_plan_title() });
  await title.press('End');
  await title.pressSequentially('!');
  await expect(page.getByText(m.collab_offline_kept({ count: 1 }))).toBeVisible();
  yield { name: 'no connection', page };
  await page.close();
  await context.setOffline(false);

  const leaving = await context.newPage();
  await leaving.goto('/sign-out');
  await expect(leaving.getByText(m.collab_sign_out_title({ count: 1 }))).toBeVisible();
  yield { name: 'signing out with text that was not sent', page: leaving };
  await leaving.goto('/account', { waitUntil: 'networkidle' });
  await context.setOffline(true);
  await leaving.getByRole('link', { name: m.people_sign_out() }).click();
  await expect(leaving.getByRole('heading', { name: m.people_error_offline_title() })).toBeVisible();
  yield { name: 'page that cannot be fetched', page: leaving };
  await context.setOffline(false);
}

/** A device without space, and what the server ends for good. */
async function* ended({ m, demo, browser }: Stage): Stops {
  const context = await browser(demo, EDITOR);
  const page = await context.newPage();
  const saved = page.locator('[data-connection]').first();
  await page.goto(BOARD);
  await expect(saved).toHaveText(m.collab_saved());
  await page.evaluate(() => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
  });
  await context.setOffline(true);
  const title = page.getByRole('textbox', { name: m.board_plan_title() });
  await title.press('End');
  await title.pressSequentially('?');
  await expect(page.getByText(m.collab_storage_full())).toBeVisible();
  yield { name: 'no connection and no space on the device', page };
  await context.setOffline(false);
  await expect(saved).toHaveText(m.collab_saved());
  await page.close();

  for (const [code, heading] of [
    [CLOSE.noSession, m.collab_session_title()],
    [CLOSE.outdated, m.collab_outdated_title()],
  ] as const) {
    const closed = await context.newPage();
    const sockets: WebSocketRoute[] = [];
    await closed.routeWebSocket('**/sync/**', (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await closed.goto(BOARD);
    await expect(closed.locator('[data-live="true"]')).toBeVisible();
    for (const socket of sockets) await socket.close({ code });
    await expect(closed.getByText(heading)).toBeVisible();
    yield { name: `connection ended for good: ${code}`, page: closed };
  }
}

/** From the set-up link to an empty plan, with invitations of every kind. */
async function* beginning({ m, fresh, browser }: Stage): Stops {
  const server = await fresh();
  const page = await (await browser(server)).newPage();
  const link = /http\S+\/set-up\/\S+/;
  await expect.poll(() => server.output()).toMatch(link);
  await page.goto(link.exec(server.output())?.[0] ?? '');
  yield { name: 'set-up', page };
  await page.getByRole('button', { name: m.people_set_up_submit() }).click();
  await expect(page.getByText(m.people_problem_name_missing()).first()).toBeVisible();
  yield { name: 'set-up with problems', page };

  const { slug, links } = await peopleAndInvitations(server);
  await page.goto('/sign-in');
  yield { name: 'sign-in', page };
  await page.goto(`/join/${links.open}`);
  yield { name: 'invitation', page };
  await page.getByRole('button', { name: m.people_join_submit(), exact: true }).click();
  await expect(page.getByText(m.people_problem_name_missing())).toBeVisible();
  yield { name: 'invitation with problems', page };
  for (const state of ['used', 'full', 'expired', 'revoked'] as const) {
    await page.goto(`/join/${links[state]}`);
    yield { name: `invitation: ${state}`, page };
  }

  const guest = await (await browser(server, 'guest@example.org')).newPage();
  await guest.goto(`/join/${links.open}`);
  yield { name: 'invitation for somebody signed in', page: guest };
  const member = await (await browser(server, 'member@example.org')).newPage();
  await member.goto(`/join/${links.open}`);
  yield { name: 'invitation for a member', page: member };
  await member.goto(`/w/${slug}`);
  yield { name: 'workspace without a plan, for those who wait', page: member };

  const first = await (await browser(server, 'first@example.org')).newPage();
  await first.goto('/');
  yield { name: 'home with two workspaces', page: first };
  await first.goto(`/w/${slug}`);
  yield { name: 'workspace without a plan', page: first };
  yield* people(first, slug, m);

  await first.goto(`/w/${slug}`);
  await first.getByRole('button', { name: m.people_empty_create_any() }).click();
  await expect(first.getByRole('heading', { name: m.board_empty_title() })).toBeVisible();
  await expect(first.getByRole('button', { name: m.board_add_first_goal() })).toBeEnabled();
  yield { name: 'empty plan', page: first };
  await first.goto(`${first.url()}/authors`);
  yield { name: 'authors of an empty plan', page: first };
  await member.goto(`/w/${slug}`);
  await expect(member.getByText(m.board_empty_text_reader())).toBeVisible();
  yield { name: 'empty plan to read', page: member };

  breakInvitations(server);
  for (const address of [`/join/${links.open}`, `/w/${slug}/people`]) {
    await first.goto(address);
    await expect(first.getByRole('heading', { name: m.people_error_500_title() })).toBeVisible();
    yield { name: `error 500 at ${address.split('/', 2)[1]}`, page: first };
  }
}

/** Members, organisations and invitations, for a coordinator. */
async function* people(page: Page, slug: string, m: Stage['m']): Stops {
  const dialog = page.getByRole('dialog');
  await page.goto(`/w/${slug}/people`);
  for (const summary of await page.locator('summary').all()) await summary.click();
  yield { name: 'people and invitations', page };
  await page.getByRole('button', { name: m.people_add_organisation() }).click();
  await dialog.getByRole('button', { name: m.people_add(), exact: true }).click();
  await expect(dialog.getByText(m.people_problem_name_missing())).toBeVisible();
  yield { name: 'organisation without a name', page };
  await dialog.getByLabel(m.people_organisation_name()).fill('Darām Daugmalei');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').getByText(m.people_organisation_added())).toBeVisible();
  yield { name: 'message that an organisation is added', page };
  await page.getByRole('button', { name: m.people_invite(), exact: true }).click();
  yield { name: 'inviting', page };
  await dialog.getByRole('combobox', { name: m.people_organisation(), exact: true }).selectOption({ index: 1 });
  await dialog.getByRole('button', { name: m.people_invite_submit() }).click();
  await expect(dialog.getByLabel(m.people_invite_link())).toBeVisible();
  yield { name: 'link to pass on', page };
  await dialog.getByRole('button', { name: m.people_invite_done() }).click();
  await page.getByRole('button', { name: m.people_change_person({ name: 'Māra Ozola' }) }).click();
  yield { name: 'role and organisation of a member', page };
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: m.people_remove_named({ name: 'Anna Kalniņa' }) }).click();
  await dialog.getByRole('button', { name: m.people_remove() }).click();
  await expect(dialog.getByText(m.people_problem_last_coordinator())).toBeVisible();
  yield { name: 'the last coordinator cannot leave', page };
}

/** A workspace with a coordinator, an observer and somebody who left; and an invitation in every state. */
async function peopleAndInvitations(server: AppServer) {
  const db = openDatabase(server.dataDir);
  const DAY = 24 * 60 * 60_000;
  const { accounts, workspaces, invitations } = createPeople({ db, secure: false });
  const longAgo = createPeople({ db, secure: false, now: () => Date.now() - 40 * DAY }).invitations;
  const [first = '', member = '', left = '', guest = '', neighbour = ''] = await Promise.all(
    [
      ['first', 'Anna Kalniņa'],
      ['member', 'Māra Ozola'],
      ['left', 'Juris Bijušais'],
      ['guest', 'Ilga Viese'],
      ['neighbour', 'Zane Kaimiņa'],
    ].map(([email, name = '']) => accounts.create({ email: `${email}@example.org`, name, password: null })),
  );
  const workspace = await workspaces.create({ name: 'Ķekavas novads' });
  const other = await workspaces.create({ name: 'Salaspils novads' });
  const organisationId = await workspaces.addOrganisation(workspace.id, {
    name: 'Partnerība "Daugavkrasts"',
    kind: 'association',
    sector: 'civic',
  });
  await workspaces.addMember(workspace.id, first, { role: 'coordinator', organisationId });
  await workspaces.addMember(other.id, first, { role: 'observer', organisationId: null });
  await workspaces.addMember(workspace.id, member, { role: 'observer', organisationId: null });
  const invitation = {
    workspaceId: workspace.id,
    role: 'editor' as const,
    organisationId,
    places: 1,
    note: 'Mārai no Jaunsila',
    createdBy: first,
    lifetimeMs: 30 * DAY,
  };
  const [open, used, revoked, expired] = [
    await invitations.create(invitation),
    await invitations.create(invitation),
    await invitations.create(invitation),
    await longAgo.create(invitation),
  ];
  const { token: many } = await invitations.create({ ...invitation, places: 20 });
  const { token: full } = await invitations.create({ ...invitation, places: 2 });
  for (const [token, personId] of [
    [many, left],
    [used.token, left],
    [full, guest],
    [full, neighbour],
  ] as const) {
    await invitations.accept(token, { personId });
    await workspaces.endMembership(workspace.id, personId);
  }
  await invitations.revoke(workspace.id, revoked.id);
  db.close();
  const links = { open: open.token, used: used.token, full, revoked: revoked.token, expired: expired.token };
  return { slug: workspace.slug, links };
}

/** From now on the server fails wherever it reads invitations. */
function breakInvitations(server: AppServer): void {
  const db = new Database(path.join(server.dataDir, 'kopplans.sqlite'));
  db.exec('ALTER TABLE invitation RENAME TO lost');
  db.close();
}

export const WALKS: Record<string, (stage: Stage) => Stops> = {
  door,
  board,
  sheet,
  authors,
  reader,
  trouble,
  ended,
  beginning,
};
