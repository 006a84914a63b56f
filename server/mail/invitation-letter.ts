import type { Role } from '#domain/rights.ts';
import { formatDate } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import type { InvitationLetter } from '../auth/invitations.ts';
import type { Letter } from './transport.ts';

const ROLE = {
  coordinator: m.people_role_coordinator,
  editor: m.people_role_editor,
  evaluator: m.people_role_evaluator,
  observer: m.people_role_observer,
} satisfies Record<Role, unknown>;

/** An invitation as a letter: plain text and simple HTML that say the same. */
export function invitationLetter(
  invitation: InvitationLetter,
  { to, link, locale }: { to: string; link: string; locale: 'lv' | 'en' },
): Letter {
  const options = { locale };
  const { workspace, inviter } = invitation;
  const lines = {
    greeting: m.people_mail_greeting({}, options),
    who: inviter
      ? m.people_mail_invites({ name: inviter, workspace: workspace.name }, options)
      : m.people_mail_invited({ workspace: workspace.name }, options),
    role: `${m.people_join_as({}, options)}: ${ROLE[invitation.role]({}, options)}`,
    organisation: `${m.people_join_for({}, options)}: ${invitation.organisation ?? m.people_join_for_nobody({}, options)}`,
    open: m.people_mail_open({}, options),
    valid: m.people_mail_valid({ date: formatDate(new Date(invitation.expiresAt).toISOString(), locale) }, options),
    unexpected: m.people_mail_unexpected({}, options),
  };
  const { greeting, who, role, organisation, open, valid, unexpected } = lines;
  const html = (text: string) => escapeHtml(text);
  return {
    to,
    subject: m.people_join_title({ workspace: workspace.name }, options),
    text:
      [greeting, who, `${role}\n${organisation}`, `${open}:\n${link}`, `${valid} ${unexpected}`].join('\n\n') + '\n',
    html: `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${html(m.people_join_title({ workspace: workspace.name }, options))}</title></head>
<body style="margin:0;padding:24px;background:#faf7f1;color:#1b242d;font:16px/1.5 sans-serif">
<div style="max-width:32em;margin:0 auto">
<p>${html(greeting)}</p>
<p>${html(who)}</p>
<p>${html(role)}<br>${html(organisation)}</p>
<p><a href="${html(link)}" style="display:inline-block;padding:14px 22px;border-radius:10px;background:#0b5e67;color:#ffffff;font-weight:bold;text-decoration:none">${html(open)}</a></p>
<p style="overflow-wrap:anywhere"><a href="${html(link)}" style="color:#0b5e67">${html(link)}</a></p>
<p>${html(valid)} ${html(unexpected)}</p>
</div>
</body>
</html>
`,
  };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
