import { data } from 'react-router'
import { z } from 'zod'
import { listNotifications } from '#modules/notifications/notifications-queries.ts'
import { isResendable, resendNotification } from '#modules/notifications/resend-notification.ts'
import { TEMPLATE_NAMES } from '#modules/notifications/templates.ts'
import { localeContext } from '../../context.ts'
import { redirectWithFlash } from '../../flash.ts'
import { staffMailsMessages } from '../../messages/staff-mails.ts'
import { staffObjectsMessages } from '../../messages/staff-objects.ts'
import { staffMessages } from '../../messages/staff.ts'
import { paths } from '../../paths.ts'
import { SubmitButton } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Filters } from '../../ui/filters.tsx'
import { parseForm, tryForm } from '../../ui/form-state.ts'
import { ActionForm } from '../../ui/form.tsx'
import { ListPage } from '../../ui/page.tsx'
import { useMessages } from '../../ui/site.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { Time } from '../../ui/values.tsx'
import { staffScope } from '../access.ts'
import { readListUrl } from '../list-url.ts'
import { Refusal, Subject } from '../parts.tsx'
import { iso } from '../view.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/mail-log-page'

const STATES = ['queued', 'sent', 'failed'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const filter = {
    recipient: url.text('q'),
    state: url.one('state', STATES),
    template: url.one('mail', TEMPLATE_NAMES),
  }
  const { rows, next } = await listNotifications(scope.app, scope.actor, { ...url.page, ...filter })
  return {
    tabs: settingsTabsFor(scope),
    maySend: scope.may('notification.send'),
    templates: TEMPLATE_NAMES,
    filtered: Object.values(filter).some((each) => each !== undefined),
    next,
    rows: rows.map((row) => ({
      id: row.id,
      template: row.template,
      recipient: row.recipient,
      locale: row.locale,
      state: row.state,
      error: row.error,
      customerId: row.customerId,
      resendable: isResendable(row),
      at: iso(row.sentAt ?? row.createdAt),
    })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(z.object({ id: z.string().regex(/^ntf_\w{1,40}$/) }), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const sent = await tryForm(form, locale, () => resendNotification(app, actor, { notificationId: parsed.value.id }))
  return sent.ok ? redirectWithFlash(paths.staffMailLog(), 'mailResent') : data(sent, 409)
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function MailLogPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffMailsMessages)
  const names = useMessages(staffObjectsMessages).customers.templates
  const { rows, next, filtered, templates, maySend, tabs } = loaderData
  return (
    <ListPage
      title={words.logTitle}
      text={words.logText}
      back={{ to: paths.staffSettingsMails(), label: words.title }}
      tabs={<SettingsTabs shown={tabs} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.searchRecipient }}
          selects={[
            {
              name: 'state',
              label: words.state,
              options: STATES.map((value) => ({ value, label: words.states[value] })),
            },
            {
              name: 'mail',
              label: words.mail,
              options: templates.map((value) => ({ value, label: names[value] ?? value })),
            },
          ]}
        />
      }
      notice={actionData && <Refusal state={actionData} />}
    >
      <DataTable
        label={words.logTitle}
        columns={useColumns(names, maySend)}
        rows={rows}
        rowKey={(row) => row.id}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.nothingSent} />}
      />
    </ListPage>
  )
}

function useColumns(names: Record<string, string>, maySend: boolean): Column<Row>[] {
  const words = useMessages(staffMailsMessages)
  const { customer } = useMessages(staffMessages)
  return [
    { key: 'mail', header: words.mail, grow: true, cell: (row) => names[row.template] ?? row.template },
    { key: 'recipient', header: words.recipient, cell: (row) => <span className="break-all">{row.recipient}</span> },
    {
      key: 'state',
      header: words.state,
      cell: (row) => (
        <>
          <StateBadge state={row.state} />
          {row.error && <span className="block text-sm text-muted">{row.error}</span>}
        </>
      ),
    },
    {
      key: 'customer',
      header: customer,
      phone: 'hide',
      cell: (row) => row.customerId && <Subject id={row.customerId} label={words.openCustomer} />,
    },
    { key: 'at', header: words.when, align: 'right', cell: (row) => <Time at={row.at} /> },
    ...(maySend
      ? [
          {
            key: 'again',
            header: words.again,
            align: 'right' as const,
            cell: (row: Row) =>
              row.resendable && (
                <ActionForm id={`again-${row.id}`} className="relative inline-grid" summary={false}>
                  <SubmitButton variant="secondary" size="small" name="id" value={row.id}>
                    {words.sendAgain}
                  </SubmitButton>
                </ActionForm>
              ),
          },
        ]
      : []),
  ]
}
