import {
  ArrowLeftRight,
  CircleUser,
  House,
  Plus,
  ReceiptText,
  RefreshCw,
  Server,
  Store,
  UserCog,
  Users,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Outlet, useRouteLoaderData } from 'react-router'
import { mayDo, mayDoSomewhere } from '#modules/accounts/permissions.ts'
import { listChoices } from '#modules/accounts/switch-customer.ts'
import { actorContext, appContext, signedInContext } from '../context.ts'
import { speakTheirLanguage } from '../guards.ts'
import type { Handle } from '../handle.ts'
import { kitMessages } from '../messages/kit.ts'
import { shellMessages } from '../messages/shells.ts'
import { paths } from '../paths.ts'
import { type loader as rootLoader } from '../root.tsx'
import { Brand, Mark, SkipLink } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorPage } from '../ui/error-page.tsx'
import { Menu } from '../ui/menu.tsx'
import { Banner } from '../ui/notice.tsx'
import { PageBar } from '../ui/page-bar.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { UserMenu } from '../ui/user-menu.tsx'
import { ActingBar, actingView } from '../staff/acting-bar.tsx'
import { PortalLink, PortalTab } from './portal-nav.tsx'
import type { Route } from './+types/portal-layout'

export const handle: Handle = { surface: 'portal', hydrate: true }
export const middleware: Route.MiddlewareFunction[] = [speakTheirLanguage]

export async function loader({ context }: Route.LoaderArgs) {
  const signedIn = await context.get(signedInContext)()
  const actor = context.get(actorContext)
  return {
    acting: actingView(context.get(appContext), signedIn),
    // What a role may not see is not offered.
    shows: {
      services: mayDoSomewhere(actor, 'service.read'),
      invoices: mayDo(actor, 'invoice.read'),
      billing: mayDo(actor, 'customer.read'),
      order: mayDo(actor, 'order.place'),
      team: mayDo(actor, 'member.read'),
      accounts: !signedIn?.acting && (await listChoices(context.get(appContext), actor)).length > 1,
    },
    userName: signedIn?.user.name ?? '',
    email: signedIn?.user.email ?? '',
    customerName: signedIn?.acting?.customerName ?? signedIn?.customer?.name ?? '',
    simulated: context.get(appContext).config.mode === 'simulated',
  }
}

export default function PortalLayout({ loaderData }: Route.ComponentProps) {
  return (
    <PortalShell facts={loaderData}>
      <Outlet />
    </PortalShell>
  )
}

export function ErrorBoundary({ error, loaderData }: Route.ErrorBoundaryProps) {
  return (
    <PortalShell facts={loaderData}>
      <ErrorPage error={error} />
    </PortalShell>
  )
}

/** Left rail on wide screens, bar at the bottom on phones; ordering is always one click away. */
function PortalShell({
  facts,
  children,
}: {
  facts: Route.ComponentProps['loaderData'] | undefined
  children: ReactNode
}) {
  const words = useMessages(shellMessages).portal
  const kit = useMessages(kitMessages)
  const simulated = useMessages(shellMessages).simulated
  const locale = useLocale()
  const flash = useRouteLoaderData<typeof rootLoader>('root')?.flash
  const places = [
    [paths.portal(), words.home, House] as const,
    ...(facts?.shows.services === false ? [] : [[paths.services(), words.services, Server] as const]),
    ...(facts?.shows.invoices === false ? [] : [[paths.billing(), words.billing, ReceiptText] as const]),
    ...(facts?.shows.team === false ? [] : [[paths.team(), words.team, Users] as const]),
    // What is a person's own is not shown to one of us who looks as the customer.
    [facts?.acting ? paths.profileBilling() : paths.profile(), words.profile, UserCog] as const,
  ]
  // A phone's bar has room for five; there the way is in the menu of one's own.
  const rail = places.flatMap((place) =>
    place[0] === paths.billing() ? [[paths.subscriptions(), words.subscriptions, RefreshCw] as const, place] : [place],
  )
  const user = facts && (
    <UserMenu
      name={facts.userName}
      email={facts.email}
      logout={words.logout}
      links={[
        ...(facts.shows.invoices
          ? [{ to: paths.subscriptions(), label: words.subscriptions, icon: <RefreshCw aria-hidden="true" /> }]
          : []),
        ...(facts.shows.accounts
          ? [{ to: paths.accounts(), label: words.switch, icon: <ArrowLeftRight aria-hidden="true" /> }]
          : []),
        { to: paths.landing(locale), label: words.shop, icon: <Store aria-hidden="true" /> },
      ]}
    />
  )
  return (
    <Toasts flash={flash}>
      <SkipLink label={kit.skipToContent} />
      <PageBar />
      <ActingBar acting={facts?.acting ?? null} />
      <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <div className="hidden border-r border-line bg-surface lg:block" data-noprint>
          <div
            className={cx(
              'sticky flex flex-col p-4',
              facts?.acting ? 'top-11 h-[calc(100dvh-2.75rem)]' : 'top-0 h-dvh',
            )}
          >
            <a href={paths.portal()} className="mb-5 w-fit rounded-control px-1 pt-1">
              <Brand />
            </a>
            {facts?.shows.order !== false && (
              <LinkButton to={paths.pricing(locale)} document variant="primary" wide>
                <Plus aria-hidden="true" />
                {words.order}
              </LinkButton>
            )}
            <nav aria-label={words.label} className="mt-5 grid gap-0.5">
              {rail.map(([to, label, Icon]) => (
                <PortalLink key={to} to={to} end={to === paths.portal()} icon={<Icon aria-hidden="true" />}>
                  {label}
                </PortalLink>
              ))}
            </nav>
            {facts && (
              <div className="mt-auto border-t border-line pt-3">
                <Menu
                  label={words.you}
                  side="top"
                  align="start"
                  triggerClass="flex w-full items-center gap-2.5 rounded-control px-2 py-1.5 text-left hover:bg-hover"
                  trigger={
                    <>
                      <CircleUser aria-hidden="true" className="size-5 shrink-0 text-muted" />
                      <span className="min-w-0">
                        <span className="block truncate text-md font-medium">{facts.userName}</span>
                        <span className="block truncate text-xs text-muted">{facts.customerName}</span>
                      </span>
                    </>
                  }
                >
                  {user}
                </Menu>
              </div>
            )}
          </div>
        </div>
        <div className="flex min-w-0 flex-col">
          <div className="flex h-14 items-center gap-3 border-b border-line bg-surface px-4 lg:hidden" data-noprint>
            <a href={paths.portal()} aria-label={words.home} className="rounded-control">
              <Mark />
            </a>
            <span className="min-w-0 flex-1 truncate font-medium">{facts?.customerName}</span>
            {facts?.shows.order !== false && (
              <LinkButton to={paths.pricing(locale)} document size="small" variant="primary">
                <Plus aria-hidden="true" />
                {words.orderShort}
              </LinkButton>
            )}
            {facts && (
              <Menu
                label={words.you}
                triggerClass="grid size-10 place-items-center rounded-control text-muted"
                trigger={<CircleUser aria-hidden="true" className="size-5" />}
              >
                {user}
              </Menu>
            )}
          </div>
          {facts?.simulated && <Banner tone="info">{simulated}</Banner>}
          <main id="main" className="mx-auto w-full max-w-page flex-1 px-4 pt-6 pb-24 sm:px-8 lg:pt-9 lg:pb-16">
            {children}
          </main>
          <nav
            aria-label={words.label}
            className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
            data-noprint
          >
            {places.map(([to, label, Icon]) => (
              <PortalTab key={to} to={to} end={to === paths.portal()} icon={<Icon aria-hidden="true" />}>
                {label}
              </PortalTab>
            ))}
          </nav>
        </div>
      </div>
    </Toasts>
  )
}
