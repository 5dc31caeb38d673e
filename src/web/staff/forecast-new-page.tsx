import { data, useSearchParams } from 'react-router'
import { listSellers } from '#modules/billing/forecasts/forecast-queries.ts'
import { DUNNING_ACTIONS, readForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import { requestForecast } from '#modules/billing/forecasts/request-forecast.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { tryForm } from '../ui/form-state.ts'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { ForecastForm } from './forecast-fields.tsx'
import { parseForecast } from './forecast-form.ts'
import { Assumptions } from './forecast-terms.tsx'
import { readListUrl } from './list-url.ts'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/forecast-new-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { sellers, seller } = await sellerOf(staffScope(context), request)
  const settings = seller && (await readForecastSettings(staffScope(context).app.db, seller.id))
  return { sellers, seller, settings, actions: DUNNING_ACTIONS }
}

/** The seller the address names, or the first. */
async function sellerOf({ app, actor }: StaffScope, request: Request) {
  const sellers = await listSellers(app, actor)
  const wanted = readListUrl(request).text('seller')
  return { sellers, seller: sellers.find(({ id }) => id === wanted) ?? sellers[0] }
}

export async function action({ request, context }: Route.ActionArgs) {
  const scope = staffScope(context)
  const { app, actor } = scope
  const locale = context.get(localeContext)
  const form = await request.formData()
  const { seller } = await sellerOf(scope, request)
  if (!seller) throw data(null, 404)
  const parsed = parseForecast(form, await readForecastSettings(app.db, seller.id), locale)
  if (!parsed.ok) return data(parsed, 422)
  const asked = await tryForm(form, locale, () =>
    requestForecast(app, actor, { legalEntityId: seller.id, ...parsed.value }),
  )
  return asked.ok ? redirectWithFlash(paths.staffForecast(asked.value.id), 'actionQueued') : data(asked, 409)
}

export default function ForecastNewPage({ loaderData, actionData }: Route.ComponentProps) {
  const { sellers, seller, settings, actions } = loaderData
  const words = useMessages(staffForecastsMessages)
  const [search] = useSearchParams()
  return (
    <FormPage
      title={words.create}
      text={words.createText}
      back={{ to: paths.staffForecasts(), label: words.title }}
      aside={<Assumptions />}
    >
      {seller && settings ? (
        <>
          {sellers.length > 1 && (
            <div className="mb-6">
              <ViewTabs
                label={words.seller}
                current={seller.id}
                views={sellers.map(({ id, name }) => ({
                  value: id,
                  label: name,
                  to: paths.staffForecastNew({ seller: id }),
                }))}
              />
            </div>
          )}
          <ForecastForm key={search.get('seller')} settings={settings} actions={actions} state={actionData} />
        </>
      ) : (
        <EmptyState title={words.noSeller} />
      )}
    </FormPage>
  )
}
