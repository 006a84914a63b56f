import { WebSocket } from 'ws';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, expectAccessible, prefer, signIn, test } from '../support/browser.ts';
import { readLetter, startMailServer, type MailServer } from '../support/mail-server.ts';

const PASSWORD = 'zaļš bebrs 7';
const COORDINATOR = 'aija.kruze@example.org';

/** A document's socket of a new session of somebody. */
async function openSocket(server: AppServer, email: string): Promise<{ ws: WebSocket; closed: Promise<number> }> {
  const cookie = server.admin('session:create', '--email', email);
  const [document] = JSON.parse(server.admin('documents:list', '--json')) as { id: string }[];
  const ws = new WebSocket(`${server.origin.replace('http', 'ws')}/sync/${document?.id}`, { headers: { cookie } });
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await new Promise((resolve) => ws.once('message', resolve));
  return { ws, closed };
}

test.describe('the demo', () => {
  test('offers its people, and one press signs in', async ({ demo, openContext }) => {
    const page = await (await openContext({ baseURL: demo.origin })).newPage();
    await page.goto('/');
    await expect(page).toHaveURL(/\/sign-in/);
    await page.getByRole('button', { name: /Mārtiņš Bērziņš/ }).click();
    await expect(page).toHaveURL(/\/w\/kekavas-novads\/plan\/2025$/);
    await page.goto('/sign-out');
    await page.getByRole('button', { name: 'Izrakstīties' }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.goto('/account');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Faccount$/);
  });

  test('works without JavaScript too', async ({ demo, openContext }) => {
    const page = await (await openContext({ baseURL: demo.origin, javaScriptEnabled: false })).newPage();
    await page.goto('/sign-in?next=/account');
    await page.getByLabel('E-pasts').fill(COORDINATOR);
    await page.getByLabel('Parole', { exact: true }).fill('no');
    await page.getByRole('button', { name: 'Pierakstīties', exact: true }).click();
    await expect(page.getByText('E-pasts vai parole nav pareiza')).toBeVisible();
    await expect(page.getByLabel('E-pasts')).toHaveValue(COORDINATOR);
    await page.getByRole('button', { name: /Aija Krūze/ }).click();
    await expect(page).toHaveURL(`${demo.origin}/account`);
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
    await page.getByRole('button', { name: 'Dark' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });

  test('a wrong address never leaves the site after signing in', async ({ demo, openContext }) => {
    const page = await (await openContext({ baseURL: demo.origin })).newPage();
    await page.goto('/sign-in?next=//example.org/');
    await page.getByRole('button', { name: /Aija Krūze/ }).click();
    await expect(page).toHaveURL(new RegExp(`^${demo.origin}/w/`));
  });

  test('an observer sees people and organisations, and nothing to manage', async ({ browserOf }) => {
    const page = await browserOf('inese.grava@example.org');
    await page.goto('/w/kekavas-novads/people');
    await expect(page.getByRole('heading', { name: 'Jaunsila apkaimes biedrība' })).toBeVisible();
    await expect(page.getByText('@example.org')).toHaveCount(0);
    await expect(page.getByRole('button', { name: /Uzaicināt|Mainīt/ })).toHaveCount(0);
  });

  test('an address that leads nowhere says so in the language of the reader', async ({ browserOf }) => {
    const page = await browserOf('inese.grava@example.org', { language: 'en', width: 390 });
    await page.goto('/nowhere');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  });

  test('a person sees where they are signed in, and signs other browsers out, which closes what is open there', async ({
    demo,
    openContext,
    browserOf,
  }) => {
    const email = 'inese.grava@example.org';
    const phone = await openContext({
      baseURL: demo.origin,
      viewport: { width: 390, height: 844 },
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    });
    await prefer(phone, demo.origin, { language: 'en', theme: 'dark' });
    const lost = await phone.newPage();
    await lost.goto('/sign-in?next=/account');
    await lost.getByRole('button', { name: /Inese Grava/ }).click();
    const list = lost.getByRole('listitem').filter({ hasText: 'This browser' });
    await expect(list.getByText('Safari, iPhone')).toBeVisible();
    const signOut = lost.getByRole('button', { name: 'Sign out: Safari, iPhone' });
    await expect(signOut).toHaveCount(0);
    await lost.goto('/w/kekavas-novads/plan/2025');
    const sockets = [await openSocket(demo, email), await openSocket(demo, email)];

    const page = await browserOf(email);
    await page.goto('/account');
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Izrakstīt: Safari, iPhone tālrunis\. Pierakstīšanās/ }).press('Enter');
    await expect(page.getByText('Izrakstīts: Safari, iPhone tālrunis')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Kur jūsu konts ir atvērts' })).toBeFocused();
    await expect(lost.getByText('Your session has ended')).toBeVisible();
    await lost.goto('/account');
    await expect(lost).toHaveURL(/\/sign-in/);
    expect(sockets.map(({ ws }) => ws.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);

    await page.getByRole('button', { name: 'Izrakstīt visas pārējās' }).press('Enter');
    await expect(page.getByRole('button', { name: /^Izrakstīt: / })).toHaveCount(0);
    for (const { closed } of sockets) expect(await closed).toBe(4401);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jūsu konts');

    // What the phone shows when it is signed in again, with another browser in the list.
    await lost.getByRole('button', { name: /Inese Grava/ }).click();
    await expect(lost.getByRole('button', { name: /^Sign out: Unknown browser/ })).toBeVisible();
    await expectAccessible(lost);
    expect(await lost.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test('what an observer may not do is refused by the server as well', async ({ browserOf, demo }) => {
    const page = await browserOf('inese.grava@example.org');
    for (const action of ['invite', 'resend', 'revoke', 'organisation', 'rename', 'change', 'remove']) {
      const response = await page.request.post(`/w/kekavas-novads/people?/${action}`, {
        form: { role: 'coordinator', organisation: 'none', days: '7' },
        headers: { origin: demo.origin },
      });
      expect([action, response.status()]).toEqual([action, 403]);
    }
  });

  test('on a phone an open action says that the right to write has ended, and then the membership', async ({
    browserOf,
    demo,
  }) => {
    const email = `tiesibas-${Date.now()}@example.org`;
    demo.admin(
      'person:create',
      '--email',
      email,
      '--name',
      'Rūta Zīle',
      '--workspace',
      'kekavas-novads',
      '--role',
      'editor',
    );
    const people = JSON.parse(demo.admin('people:list', '--json')) as { id: string; email: string }[];
    const person = people.find((one) => one.email === email)?.id ?? '';
    const coordinator = await browserOf(COORDINATOR);
    const manage = async (action: 'change' | 'remove', role = '') => {
      const form = { person, role, organisation: 'none' };
      const headers = { origin: demo.origin };
      const response = await coordinator.request.post(`/w/kekavas-novads/people?/${action}`, { form, headers });
      expect(response.status()).toBe(200);
    };
    const page = await browserOf(email, { width: 390 });
    await page.goto('/w/kekavas-novads/plan/2025');
    await page.locator('article h3 a').filter({ visible: true }).first().click();
    const sheet = page.getByRole('dialog');
    const description = sheet.getByRole('textbox', { name: 'Apraksts' });
    await description.click();
    await page.keyboard.type('Rūtas vārdi ');
    await expect(sheet.locator('[data-connection]')).toHaveText('Saglabāts');

    const words = sheet.getByText('Rūtas vārdi');
    const before = (await words.boundingBox())?.y ?? 0;
    await manage('change', 'observer');
    await expect(sheet.getByText('Jums vairs nav tiesību rakstīt šajā plānā')).toBeInViewport();
    await expect(sheet.getByRole('button', { name: 'Dzēst rīcību' })).toHaveCount(0);
    await expect(words).toBeInViewport();
    expect(Math.abs(((await words.boundingBox())?.y ?? 0) - before), 'the page does not jump').toBeLessThan(160);
    await expectAccessible(page);

    await manage('change', 'editor');
    await expect(sheet.getByRole('button', { name: 'Dzēst rīcību' })).toHaveCount(1);
    await expect(sheet.getByText('Jums vairs nav tiesību rakstīt šajā plānā')).toHaveCount(0);

    await manage('remove');
    await expect(sheet.getByText('Jūs vairs neesat šajā sadarbības telpā')).toBeInViewport();
    await expectAccessible(page);
    await sheet.getByRole('link', { name: 'Uz sākumu' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page).toHaveURL('/');
  });

  test('a page that cannot be fetched says that the connection is gone', async ({ browserOf }) => {
    const page = await browserOf(COORDINATOR);
    // The page for errors is fetched behind the first page, for just this case.
    await page.goto('/account', { waitUntil: 'networkidle' });
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Izrakstīties' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nav savienojuma ar serveri');
    await page.context().setOffline(false);
    // It is fetched as soon as it can be.
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Nav savienojuma ar serveri');
  });
});

test.describe('a server of one’s own', () => {
  let server: AppServer;
  let mail: MailServer;
  /** Addresses that the mail server does not know. */
  const unknown = new Set<string>();
  test.beforeAll(async () => {
    mail = await startMailServer({
      onRcptTo: ({ address }, _session, done) =>
        unknown.has(address) ? done(Object.assign(new Error('No such user'), { responseCode: 550 })) : done(),
    });
    const env = { SMTP_URL: `smtp://127.0.0.1:${mail.port}`, MAIL_FROM: 'Kopplāns <kopplans@example.lv>' };
    server = await startApp({ demo: false, env });
  });
  test.afterAll(async () => {
    await server.dispose();
    await mail.close();
  });

  test('a set-up link works before its scripts have come', async ({ openContext }) => {
    const fresh = await startApp({ demo: false });
    try {
      const link = /http\S+\/set-up\/\S+/;
      await expect.poll(() => fresh.output()).toMatch(link);
      const page = await (await openContext({ baseURL: fresh.origin, javaScriptEnabled: false })).newPage();
      await page.goto(link.exec(fresh.output())?.[0] ?? '');
      await page.getByLabel('Vārds un uzvārds').press('Enter');
      await expect(page.getByText('Aizpildiet šo lauku.').first()).toBeVisible();
      await page.getByLabel('Vārds un uzvārds').fill('Anna Kalniņa');
      await page.getByLabel('E-pasts').fill('anna@example.lv');
      await page.getByLabel('Parole', { exact: true }).fill(PASSWORD);
      await page.getByLabel('Telpas nosaukums').fill('Ķekavas novads');
      await page.getByLabel('Organizācijas nosaukums').fill('Partnerība "Daugavkrasts"');
      await page.getByLabel('Organizācijas nosaukums').press('Enter');
      await expect(page).toHaveURL(/\/w\/kekavas-novads$/);
    } finally {
      await fresh.dispose();
    }
  });

  test('from the set-up link to a workspace with two members, by keyboard', async ({ openContext }) => {
    test.setTimeout(180_000);
    const setUpLink = /http\S+\/set-up\/\S+/;
    await expect.poll(() => server.output()).toMatch(setUpLink);
    const setUp = setUpLink.exec(server.output())?.[0] ?? '';
    const context = await openContext({ baseURL: server.origin });
    const page = await context.newPage();

    // As it is when its scripts have come: before, a problem is said on a page of its own.
    await page.goto(setUp, { waitUntil: 'networkidle' });
    const name = page.getByLabel('Vārds un uzvārds');
    await name.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText('Aizpildiet šo lauku.').first()).toBeVisible();
    await expect(name).toBeFocused();
    await page.keyboard.type('Anna <b>Kalniņa</b>');
    await page.keyboard.press('Tab');
    await page.keyboard.type('anna@example.lv');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Ķekavas novads');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Partnerība "Daugavkrasts"');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/w\/kekavas-novads$/);
    await expect(page.getByRole('heading', { name: 'Te taps jūsu kopīgais plāns' })).toBeVisible();

    // The link was for once.
    await page.goto(setUp);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Šī saite vairs neder');

    await page.goto('/w/kekavas-novads/people');
    await expect(page.getByText('Anna <b>Kalniņa</b>').first()).toBeVisible();
    await page.getByRole('button', { name: 'Pievienot organizāciju' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Organizācijas nosaukums').fill('partnerība "daugavkrasts"');
    await dialog.getByLabel('Organizācijas nosaukums').press('Enter');
    await expect(dialog.getByText('Organizācija ar šādu nosaukumu jau ir.')).toBeVisible();
    await dialog.getByLabel('Organizācijas nosaukums').fill('Darām Daugmalei');
    await dialog.getByLabel('Organizācijas nosaukums').press('Enter');
    await expect(page.getByRole('heading', { name: 'Darām Daugmalei' })).toBeVisible();

    await page.getByRole('button', { name: 'Uzaicināt', exact: true }).press('Enter');
    await dialog.getByLabel('Organizācija', { exact: true }).selectOption('Darām Daugmalei');
    await dialog.getByLabel('Kam tā domāta?').fill('<script>alert(1)</script>');
    await dialog.getByRole('button', { name: 'Izveidot saiti' }).press('Enter');
    const link = await dialog.getByLabel('Uzaicinājuma saite').inputValue();
    await dialog.getByRole('button', { name: 'Gatavs' }).press('Enter');
    await expect(page.getByText('<script>alert(1)</script> · Darām Daugmalei · Redaktors')).toBeVisible();

    // Somebody with a phone, in the dark, in English.
    const phone = await openContext({ baseURL: server.origin, viewport: { width: 390, height: 844 } });
    await prefer(phone, server.origin, { language: 'en', theme: 'dark' });
    const guest = await phone.newPage();
    await guest.goto(link);
    await expect(guest.getByText('Darām Daugmalei')).toBeVisible();
    await guest.getByRole('button', { name: 'Join', exact: true }).click();
    await expect(guest.getByText('The password needs at least 10 characters.')).toBeVisible();
    await guest.getByLabel('Name').fill('Māra Ozola');
    // An e-mail that has an account, with a password that is not its own.
    await guest.getByLabel('E-mail').fill('anna@example.lv');
    await guest.getByLabel('Password', { exact: true }).fill('some other words');
    await guest.getByRole('button', { name: 'Join', exact: true }).click();
    await expect(guest.getByText('It did not work with this e-mail and password.')).toBeVisible();
    await guest.getByLabel('E-mail').fill('mara@example.lv');
    await guest.getByRole('button', { name: 'Join', exact: true }).click();
    await expect(guest).toHaveURL(/\/w\/kekavas-novads$/);
    await expect(guest.getByText('Anna <b>Kalniņa</b> will create the plan.')).toBeVisible();
    // Members keep the link as their way in; it lets in nobody else.
    await guest.goto(link);
    await expect(guest).toHaveURL(/\/w\/kekavas-novads$/);
    const stranger = await (await openContext({ baseURL: server.origin })).newPage();
    await stranger.goto(link);
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Šis uzaicinājums jau ir izmantots');
    await guest.goto('/join/nonsense');

    // The coordinator changes what Māra may do, and cannot leave the workspace without a coordinator.
    await page.reload();
    await page.getByRole('button', { name: 'Mainīt: Māra Ozola' }).press('Enter');
    await dialog.getByLabel('Loma').selectOption('Novērotājs');
    await dialog.getByRole('button', { name: 'Saglabāt' }).press('Enter');
    await expect(dialog).toBeHidden();
    await expect(page.locator('li', { hasText: 'Māra Ozola' }).getByText('Novērotājs')).toBeVisible();
    await page.getByRole('button', { name: /^Izņemt no telpas: Anna/ }).press('Enter');
    await dialog.getByRole('button', { name: 'Izņemt no telpas' }).press('Enter');
    await expect(dialog.getByText('Telpā jābūt vismaz vienam koordinatoram.')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Izņemt no telpas: Māra/ }).press('Enter');
    await dialog.getByRole('button', { name: 'Izņemt no telpas' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Agrākie telpas cilvēki' })).toBeVisible();
    await guest.goto('/w/kekavas-novads');
    await expect(guest.getByRole('heading', { level: 1 })).toHaveText('You have no access');

    await page.goto('/w/kekavas-novads');
    await page.getByRole('button', { name: 'Izveidot plānu' }).press('Enter');
    await expect(page).toHaveURL(/\/w\/kekavas-novads\/plan\/\d{4}$/);
  });

  test('a link for many lets in as many as it says; its coordinator sees who came, and can withdraw it', async ({
    openContext,
  }) => {
    const context = await openContext({ baseURL: server.origin });
    await signIn(context, server, 'anna@example.lv');
    const page = await context.newPage();
    const dialog = page.getByRole('dialog');
    await page.goto('/w/kekavas-novads/people');
    const makeLink = async (places: string) => {
      await page.getByRole('button', { name: 'Uzaicināt', exact: true }).press('Enter');
      await dialog.getByLabel('Cik cilvēkiem saite domāta').selectOption(places);
      await expect(dialog.getByText('Pievienoties varēs ikviens, kam šī saite nonāks rokās.')).toBeVisible();
      await dialog.getByLabel('Organizācija', { exact: true }).selectOption('Bez organizācijas');
      await dialog.getByLabel('Kam tā domāta?').fill(`Zālei: ${places}`);
      await dialog.getByRole('button', { name: 'Izveidot saiti' }).press('Enter');
      const link = await dialog.getByLabel('Uzaicinājuma saite').inputValue();
      await dialog.getByRole('button', { name: 'Gatavs' }).press('Enter');
      return link;
    };
    const join = (link: string, number: number) =>
      fetch(`${link}?/account`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: server.origin, 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
        body: new URLSearchParams({
          name: `Viesis ${number}`,
          email: `viesis${number}@example.lv`,
          password: PASSWORD,
        }),
      });

    await page.getByRole('button', { name: 'Uzaicināt', exact: true }).press('Enter');
    await dialog.getByLabel('Cik cilvēkiem saite domāta').selectOption('Cik vien vēlas');
    await dialog.getByLabel('Loma').selectOption('Koordinators');
    await dialog.getByRole('button', { name: 'Izveidot saiti' }).press('Enter');
    await expect(dialog.getByText('Izvēlieties vienu no sarakstā.')).toBeVisible();
    await dialog.getByLabel('Organizācija', { exact: true }).selectOption('Bez organizācijas');
    await dialog.getByRole('button', { name: 'Izveidot saiti' }).press('Enter');
    await expect(dialog.getByText('Koordinatoru uzaiciniet ar saiti vienam cilvēkam')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    // Six at once for five places.
    const five = await makeLink('5 cilvēkiem');
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => join(five, number)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 303, 303, 303, 303, 303]);
    const guests = await openContext({ baseURL: server.origin, viewport: { width: 390, height: 844 } });
    const guest = await guests.newPage();
    await guest.goto(five);
    await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Šī saite ir izmantota pilnībā');
    await expectAccessible(guest);

    const open = await makeLink('Cik vien vēlas');
    expect((await join(open, 7)).status).toBe(303);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    const row = page.getByRole('listitem').filter({ hasText: 'Zālei: Cik vien vēlas' });
    await row.getByText('Pievienojies 1 cilvēks').press('Enter');
    await expect(row.getByText(/^Viesis 7, /)).toBeVisible();
    await page.getByText(/^Izmantotie un nederīgie/).press('Enter');
    await expect(page.getByText('Pievienojušies 5 no 5')).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const withdraw = row.getByRole('button', { name: /^Atsaukt uzaicinājumu: Zālei/ });
    await withdraw.press('Enter');
    const question = page.getByRole('dialog', { name: 'Vai atsaukt šo uzaicinājumu?' });
    await expect(question).toContainText('Zālei: Cik vien vēlas');
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Atcelt' }).press('Enter');
    await expect(withdraw).toBeFocused();
    await withdraw.press('Enter');
    await question.getByRole('button', { name: 'Atsaukt uzaicinājumu' }).press('Enter');
    await expect(page.getByText('Uzaicinājums atsaukts: saite vairs neder')).toBeVisible();
    await guest.goto(open);
    await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Uzaicinājums ir atsaukts');
    await expectAccessible(guest);
  });

  test('an invitation goes out by e-mail, its list says what became of it, and it can be sent again', async ({
    openContext,
  }) => {
    const context = await openContext({ baseURL: server.origin });
    await signIn(context, server, 'anna@example.lv');
    const page = await context.newPage();
    const dialog = page.getByRole('dialog');
    await page.goto('/w/kekavas-novads/people');
    unknown.add('ilze@example.lv');
    await page.getByRole('button', { name: 'Uzaicināt', exact: true }).press('Enter');
    const address = dialog.getByLabel('E-pasts, uz kuru nosūtīt');
    await dialog.getByLabel('Organizācija', { exact: true }).selectOption('Bez organizācijas');
    await address.fill('ilze');
    await address.press('Enter');
    await expect(dialog.getByText('Ierakstiet e-pasta adresi')).toBeVisible();
    await expect(address).toBeFocused();
    await address.fill('ilze@example.lv');
    await expectAccessible(page);
    await address.press('Enter');
    await expect(dialog.getByRole('heading', { name: 'Uzaicinājums tiek sūtīts' })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Gatavs' }).press('Enter');
    const row = page.getByRole('listitem').filter({ hasText: 'ilze@example.lv' });
    // Without a reload.
    await expect(row.getByText('Vēstuli nevarēja nosūtīt: adresi ilze@example.lv')).toBeVisible();
    await expectAccessible(page);
    unknown.clear();
    await row.getByRole('button', { name: /^Sūtīt vēlreiz: ilze@example\.lv/ }).press('Enter');
    await expect(row.getByText('Vēstule uz ilze@example.lv nosūtīta')).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    const letter = mail.letters.find(({ to }) => to.includes('ilze@example.lv'));
    const [link = ''] = /http\S+\/join\/\S+/.exec(letter ? readLetter(letter).text : '') ?? [];
    const guests = await openContext({ baseURL: server.origin });
    const guest = await guests.newPage();
    await guest.goto(link);
    await expect(guest.getByLabel('E-pasts')).toHaveValue('ilze@example.lv');
    // The letter itself, as a mail program shows it.
    await guest.goto('about:blank');
    await guest.setContent(letter ? readLetter(letter).html : '');
    await expect(guest.getByText('Anna <b>Kalniņa</b> aicina jūs')).toBeVisible();
    await expect(guest.getByRole('link', { name: 'Atvērt uzaicinājumu' })).toHaveAttribute('href', link);
  });

  test('the password can be changed, which ends other browsers; too many attempts have to wait', async ({
    openContext,
  }) => {
    const created = server.admin('person:create', '--email', 'ilze@example.lv', '--name', 'Ilze');
    const [here, there] = await Promise.all([1, 2].map(() => openContext({ baseURL: server.origin })));
    if (!here || !there) throw new Error('no browser');
    await signIn(there, server, 'ilze@example.lv');
    const page = await here.newPage();
    await page.goto('/sign-in?next=/account');
    await page.getByLabel('E-pasts').fill('ILZE@example.lv ');
    await page.getByLabel('Parole', { exact: true }).fill(created);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${server.origin}/account`);
    const before = (await here.cookies()).find(({ name }) => name === 'kopplans-session');
    expect(before).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

    await page.getByLabel('Pašreizējā parole').fill('no');
    await page.getByLabel('Jaunā parole').fill(PASSWORD);
    await page.getByRole('button', { name: 'Nomainīt paroli' }).click();
    await expect(page.getByText('Pašreizējā parole nav pareiza.')).toBeVisible();
    await expect(page.getByLabel('Pašreizējā parole')).toBeFocused();
    await page.getByLabel('Pašreizējā parole').fill(created);
    await page.getByLabel('Jaunā parole').fill(PASSWORD);
    await page.getByRole('button', { name: 'Nomainīt paroli' }).click();
    await expect(page.getByText('Parole nomainīta.')).toBeVisible();
    await expectAccessible(page);
    const after = (await here.cookies()).find(({ name }) => name === 'kopplans-session');
    expect(after?.value).not.toBe(before?.value);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jūsu konts');
    const other = await there.newPage();
    await other.goto('/account');
    await expect(other).toHaveURL(/\/sign-in/);

    for (let attempt = 0; attempt < 10; attempt++) {
      await other.request.post('/sign-in?/password', {
        form: { email: 'ilze@example.lv', password: 'no' },
        headers: { origin: server.origin },
      });
    }
    await other.getByLabel('E-pasts').fill('ilze@example.lv');
    await other.getByLabel('Parole', { exact: true }).fill(PASSWORD);
    await other.keyboard.press('Enter');
    await expect(other.getByText(/Pārāk daudz mēģinājumu\. Mēģiniet vēlreiz pēc 1\d minūtēm\./)).toBeVisible();
    await expectAccessible(other);
  });

  test('bodies that are too large, foreign or nonsense get a clear answer', async ({ request }) => {
    const post = (path: string, data: string, origin = server.origin) =>
      request.post(server.origin + path, {
        data,
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      });
    const large = await post('/sign-in?/password', `email=${'a'.repeat(10_000_000)}`);
    expect(large.status()).toBe(413);
    expect(await large.text()).toContain('Tas ir par daudz vienā reizē');
    expect((await post('/sign-in?/password', 'email=a', 'https://example.org')).status()).toBe(403);
    expect((await post('/sign-in?/nothing', 'email=a')).status()).toBe(404);
    expect((await post('/sign-in?/password', '%%%=&&&=%00')).status()).toBe(400);
    expect((await post('/preferences', 'theme=%22%3E&language=xx')).status()).toBe(200);
    const health = await request.get(`${server.origin}/healthz`);
    expect(await health.json()).toMatchObject({ ok: true, database: true, storing: true });
    expect(health.headers()).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  });
});
