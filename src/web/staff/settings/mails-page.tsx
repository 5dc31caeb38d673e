import { findMail, type MailExample } from './mail-view.ts'
import { TEMPLATE_NAMES } from '#modules/notifications/templates.ts'
import { LOCALES } from '#platform/i18n.ts'
import { localeContext } from '../../context.ts'
import { staffMailsMessages } from '../../messages/staff-mails.ts'
import { staffObjectsMessages } from '../../messages/staff-objects.ts'
import { paths } from '../../paths.ts'
import { SubmitButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Filters } from '../../ui/filters.tsx'
import { ActionForm } from '../../ui/form.tsx'
import { ListPage } from '../../ui/page.tsx'
import { useMessages } from '../../ui/site.tsx'
import { LANGUAGE_NAMES } from '../../ui/switches.tsx'
import { staffScope } from '../access.ts'
import { readListUrl } from '../list-url.ts'
import { FactList } from '../fact-list.tsx'
import { AllLink } from '../parts.tsx'
import { sendExample } from './send-example.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/mails-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const search = url.text('q')?.toLowerCase()
  const names = staffObjectsMessages[locale].customers.templates
  const chosen = TEMPLATE_NAMES.find((name) => name === url.text('mail'))
  const rows = TEMPLATE_NAMES.map((name) => ({ name, title: names[name] ?? name })).filter(
    ({ name, title }) => search === undefined || name.includes(search) || title.toLowerCase().includes(search),
  )
  return {
    tabs: settingsTabsFor(scope),
    maySend: scope.may('notification.send'),
    filtered: search !== undefined,
    rows,
    mail: chosen && (await findMail(scope, chosen, locale)),
  }
}

export const action = ({ request, context }: Route.ActionArgs) => sendExample(request, context)

export default function MailsPage({ loaderData: { tabs, rows, filtered, mail, maySend } }: Route.ComponentProps) {
  const words = useMessages(staffMailsMessages)
  return (
    <ListPage
      title={words.title}
      text={words.text}
      tabs={<SettingsTabs shown={tabs} />}
      actions={<AllLink to={paths.staffMailLog()} label={words.log} />}
    >
      <div className="grid gap-5">
        {mail && <Example mail={mail} maySend={maySend} />}
        <Filters search={{ name: 'q', label: words.search }} />
        <DataTable
          label={words.title}
          columns={[
            { key: 'title', header: words.mail, grow: true, cell: (row) => row.title },
            { key: 'name', header: words.template, cell: (row) => <span className="font-mono">{row.name}</span> },
          ]}
          rows={rows}
          rowKey={(row) => row.name}
          href={(row) => paths.staffSettingsMails({ mail: row.name })}
          filtered={filtered}
          empty={<EmptyState title={words.none} />}
        />
      </div>
    </ListPage>
  )
}

/** A mail in every language, as it is sent to people who read plain text, and what in it differs from mail to mail. */
function Example({ mail, maySend }: { mail: MailExample; maySend: boolean }) {
  const words = useMessages(staffMailsMessages)
  return (
    <Card title={mail.title} text={words.exampleText}>
      <div className="grid gap-5">
        <div>
          <h3 className="font-medium">{words.variables}</h3>
          {mail.variables.length === 0 ? (
            <p className="mt-1 text-table text-muted">{words.noVariables}</p>
          ) : (
            <div className="mt-2 max-w-form">
              <FactList
                facts={mail.variables.map(({ name, value }) => ({ label: words.names[name] ?? name, value }))}
              />
            </div>
          )}
        </div>
        <div className="grid gap-5 lg:grid-cols-2">
          {LOCALES.map((locale) => (
            <section key={locale} lang={locale} className="min-w-0" aria-label={LANGUAGE_NAMES[locale]}>
              <h3 className="font-medium">{LANGUAGE_NAMES[locale]}</h3>
              <p className="mt-2 font-semibold break-words">{mail.parts[locale].subject}</p>
              <pre className="mt-2 rounded-card bg-sunken p-4 font-sans text-table break-words whitespace-pre-wrap">
                {mail.parts[locale].text}
              </pre>
              {maySend && (
                <ActionForm id={`test-${locale}`} className="mt-3" summary={false}>
                  <input type="hidden" name="template" value={mail.name} />
                  <SubmitButton variant="secondary" size="small" name="locale" value={locale}>
                    {words.test}
                  </SubmitButton>
                </ActionForm>
              )}
            </section>
          ))}
        </div>
      </div>
    </Card>
  )
}
