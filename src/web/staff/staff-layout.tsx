import {
  Activity,
  ChartColumn,
  CircleUser,
  CreditCard,
  FlaskConical,
  House,
  ListChecks,
  Menu as MenuIcon,
  Package,
  Percent,
  ReceiptText,
  RefreshCw,
  Search,
  Server,
  Settings,
  ShieldCheck,
  ShoppingBag,
  Ticket,
  Users,
  UsersRound,
  Workflow,
} from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Form, Outlet, useLocation, useRouteLoaderData, useSearchParams } from 'react-router'
import { mayDo } from '#modules/accounts/permissions.ts'
import { actorContext, appContext, signedInContext } from '../context.ts'
import { speakTheirLanguage } from '../guards.ts'
import type { Handle } from '../handle.ts'
import { kitMessages } from '../messages/kit.ts'
import { shellMessages } from '../messages/shells.ts'
import { paths } from '../paths.ts'
import { type loader as rootLoader } from '../root.tsx'
import { Mark, SkipLink } from '../ui/brand.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorPage } from '../ui/error-page.tsx'
import { Menu, MenuLink } from '../ui/menu.tsx'
import { PageBar } from '../ui/page-bar.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { UserMenu } from '../ui/user-menu.tsx'
import { ActingBar, actingView } from './acting-bar.tsx'
import { StaffLink } from './staff-nav.tsx'
import type { Route } from './+types/staff-layout'

export const handle: Handle = { surface: 'staff', hydrate: true }
export const middleware: Route.MiddlewareFunction[] = [speakTheirLanguage]

export async function loader({ context }: Route.LoaderArgs) {
  const signedIn = await context.get(signedInContext)()
  const actor = context.get(actorContext)
  return {
    acting: actingView(context.get(appContext), signedIn),
    userName: signedIn?.user.name ?? '',
    email: signedIn?.user.email ?? '',
    simulated: context.get(appContext).config.mode === 'simulated',
    // What a role may not see is not offered.
    shows: {
      payments: mayDo(actor, 'payment.read'),
      procedures: mayDo(actor, 'procedure.read'),
      jobs: mayDo(actor, 'job.read'),
      coupons: mayDo(actor, 'coupon.read'),
      team: mayDo(actor, 'staff.read'),
      reports: mayDo(actor, 'report.read'),
      tax: mayDo(actor, 'tax.manage'),
      settings: mayDo(actor, 'settings.manage') || mayDo(actor, 'notification.read'),
    },
  }
}

export default function StaffLayout({ loaderData }: Route.ComponentProps) {
  return (
    <StaffShell facts={loaderData}>
      <Outlet />
    </StaffShell>
  )
}

export function ErrorBoundary({ error, loaderData }: Route.ErrorBoundaryProps) {
  return (
    <StaffShell facts={loaderData}>
      <ErrorPage error={error} />
    </StaffShell>
  )
}

/** The areas this role may enter; all of them while we do not know it. */
function useAreas(
  shows = {
    payments: true,
    procedures: true,
    jobs: true,
    team: true,
    reports: true,
    tax: true,
    coupons: true,
    settings: true,
  },
) {
  const words = useMessages(shellMessages).staff
  return [
    { to: paths.staff(), label: words.home, Icon: House },
    { to: paths.staffCustomers(), label: words.customers, Icon: Users },
    { to: paths.staffOrders(), label: words.orders, Icon: ShoppingBag },
    { to: paths.staffInvoices(), label: words.invoices, Icon: ReceiptText },
    ...(shows.payments ? [{ to: paths.staffPayments(), label: words.payments, Icon: CreditCard }] : []),
    { to: paths.staffSubscriptions(), label: words.subscriptions, Icon: RefreshCw },
    { to: paths.staffServices(), label: words.services, Icon: Server },
    ...(shows.procedures ? [{ to: paths.staffProcedures(), label: words.procedures, Icon: Workflow }] : []),
    ...(shows.jobs ? [{ to: paths.staffJobs(), label: words.jobs, Icon: ListChecks }] : []),
    ...(shows.reports ? [{ to: paths.staffReports(), label: words.reports, Icon: ChartColumn }] : []),
    { to: paths.staffEvents(), label: words.events, Icon: Activity },
    { to: paths.staffCatalog(), label: words.catalog, Icon: Package },
    ...(shows.tax ? [{ to: paths.staffTax(), label: words.tax, Icon: Percent }] : []),
    ...(shows.coupons ? [{ to: paths.staffCoupons(), label: words.coupons, Icon: Ticket }] : []),
    ...(shows.settings ? [{ to: paths.staffSettings(), label: words.settings, Icon: Settings }] : []),
    ...(shows.team ? [{ to: paths.staffPeople(), label: words.team, Icon: UsersRound }] : []),
  ]
}

/** Narrow rail by area, a search field on every page, dense content. */
function StaffShell({
  facts,
  children,
}: {
  facts: Route.ComponentProps['loaderData'] | undefined
  children: ReactNode
}) {
  const words = useMessages(shellMessages).staff
  const kit = useMessages(kitMessages)
  const flash = useRouteLoaderData<typeof rootLoader>('root')?.flash
  const areas = useAreas(facts?.shows)
  return (
    <Toasts flash={flash}>
      <SkipLink label={kit.skipToContent} />
      <PageBar />
      <ActingBar acting={facts?.acting ?? null} away />
      <div className="min-h-dvh lg:grid lg:grid-cols-[5.25rem_minmax(0,1fr)]">
        <div className="hidden border-r border-line bg-surface lg:block" data-noprint>
          <div className="sticky top-0 flex max-h-dvh flex-col overflow-y-auto px-1.5 pt-3 pb-3">
            <a href={paths.staff()} aria-label={words.home} className="mx-auto mb-3 rounded-control">
              <Mark />
            </a>
            <nav aria-label={words.label} className="grid gap-0.5">
              {areas.map(({ to, label, Icon }) => (
                <StaffLink key={to} to={to} end={to === paths.staff()} icon={<Icon aria-hidden="true" />}>
                  {label}
                </StaffLink>
              ))}
            </nav>
          </div>
        </div>
        <div className="flex min-w-0 flex-col">
          <div
            className={cx(
              'z-30 flex h-13 items-center gap-2 border-b border-line bg-surface px-3 sm:px-6',
              !facts?.acting && 'sticky top-0',
            )}
            data-noprint
          >
            <div className="lg:hidden">
              <Menu
                label={kit.menu}
                align="start"
                triggerClass="grid size-9 place-items-center rounded-control text-muted"
                trigger={<MenuIcon aria-hidden="true" className="size-5" />}
              >
                {areas.map(({ to, label, Icon }) => (
                  <MenuLink key={to} to={to}>
                    <Icon aria-hidden="true" />
                    {label}
                  </MenuLink>
                ))}
              </Menu>
            </div>
            <StaffSearch label={words.search} />
            <div className="ml-auto flex items-center gap-2">
              {facts?.simulated && <Badge tone="info">{kit.simulated}</Badge>}
              {facts && (
                <Menu
                  label={words.you}
                  triggerClass="grid size-9 place-items-center rounded-control text-muted hover:bg-hover"
                  trigger={<CircleUser aria-hidden="true" className="size-5" />}
                >
                  <UserMenu
                    name={facts.userName}
                    email={facts.email}
                    logout={words.logout}
                    links={[
                      { to: paths.staffSecurity(), label: words.security, icon: <ShieldCheck aria-hidden="true" /> },
                      ...(facts.simulated
                        ? [{ to: paths.developer(), label: words.developer, icon: <FlaskConical aria-hidden="true" /> }]
                        : []),
                    ]}
                  />
                </Menu>
              )}
            </div>
          </div>
          <main id="main" className="mx-auto w-full max-w-wide flex-1 px-3 pt-5 pb-16 sm:px-6">
            {children}
          </main>
        </div>
      </div>
    </Toasts>
  )
}

/** Finds anything from any page; Ctrl or Cmd with K goes there. */
function StaffSearch({ label }: { label: string }) {
  const [search] = useSearchParams()
  const { pathname } = useLocation()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <Form action={paths.staffSearch()} role="search" className="relative min-w-0 max-w-md flex-1">
      <label>
        <span className="sr-only">{label}</span>
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
        />
        <input
          ref={field}
          type="search"
          name="q"
          key={pathname}
          placeholder={label}
          aria-keyshortcuts="Control+K Meta+K"
          defaultValue={pathname === paths.staffSearch() ? (search.get('q') ?? '') : ''}
          maxLength={100}
          className="control truncate pl-8.5"
        />
      </label>
    </Form>
  )
}
