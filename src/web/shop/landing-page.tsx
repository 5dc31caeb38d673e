import { ArrowRight, Check, KeyRound } from 'lucide-react'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { appContext, localeContext } from '../context.ts'
import { landingMessages } from '../messages/landing.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { DocumentTitle } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { DemoCard } from './landing-demo.tsx'
import { How, Promises, Questions, Systems } from './landing-sections.tsx'
import { PlanCards } from './plan-cards.tsx'
import { plansFor } from './price-view.ts'
import type { Route } from './+types/landing-page'

/** What a visitor sees before choosing a currency: the one of their language. */
const CURRENCY = { en: 'USD', de: 'EUR' } as const

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

export async function loader({ context }: Route.LoaderArgs) {
  const locale = context.get(localeContext)
  const catalog = await getCatalog(context.get(appContext))
  const currency = catalog.currencies.includes(CURRENCY[locale]) ? CURRENCY[locale] : (catalog.currencies[0] ?? 'EUR')
  return {
    currency,
    plans: catalog.products.flatMap((product) =>
      plansFor(product, catalog.regions, { currency, period: 'month' }, locale),
    ),
    images: catalog.images.map((image) => ({ slug: image.slug, name: image.name })),
    regions: catalog.regions.map((region) => ({
      slug: region.slug,
      name: region.name[locale],
      country: region.country,
    })),
  }
}

export default function LandingPage({ loaderData: { plans, currency, images, regions } }: Route.ComponentProps) {
  const words = useMessages(landingMessages)
  const locale = useLocale()
  return (
    <>
      <DocumentTitle>{words.documentTitle}</DocumentTitle>
      <meta name="description" content={words.description} />
      <Hero image={images[0]?.name} region={regions[0]?.name} />

      <section aria-labelledby="plans" className="border-t border-line bg-canvas">
        <div className="mx-auto max-w-page px-5 py-16 sm:px-8 sm:py-24">
          <h2 id="plans" className="text-3xl tracking-tighter">
            {words.plans.title}
          </h2>
          <p className="mt-3 max-w-text text-muted">{words.plans.text}</p>
          <PlanCards plans={plans} currency={currency} />
          <p className="mt-8">
            <a
              href={paths.pricing(locale)}
              className="inline-flex items-center gap-1.5 font-medium text-brand-ink hover:underline"
            >
              {words.plans.compare}
              <ArrowRight aria-hidden="true" className="size-4" />
            </a>
          </p>
        </div>
      </section>

      <How />
      <Promises />
      <Systems images={images} regions={regions} />
      <Questions />

      <section className="border-t border-line">
        <div className="mx-auto flex max-w-page flex-wrap items-center justify-between gap-6 px-5 py-16 sm:px-8">
          <div>
            <h2 className="text-2xl tracking-tighter">{words.closing.title}</h2>
            <p className="mt-1 text-muted">{words.closing.text}</p>
          </div>
          <a href={paths.pricing(locale)} className={buttonClass({ variant: 'primary', size: 'large' })}>
            {words.order}
          </a>
        </div>
      </section>
    </>
  )
}

function Hero({ image, region }: { image: string | undefined; region: string | undefined }) {
  const words = useMessages(landingMessages)
  const locale = useLocale()
  return (
    <section className="mx-auto grid max-w-page items-center gap-x-16 gap-y-14 px-5 pt-14 pb-20 sm:px-8 sm:pt-20 lg:grid-cols-[1.05fr_1fr] lg:pt-24 lg:pb-28">
      <div>
        <h1 className="text-3xl tracking-tighter sm:text-4xl">{words.title}</h1>
        <p className="mt-5 max-w-md text-lg text-muted sm:text-[1.125rem]">{words.text}</p>
        <div className="mt-8 flex flex-wrap gap-3">
          <a href={paths.pricing(locale)} className={buttonClass({ variant: 'primary', size: 'large' })}>
            {words.order}
          </a>
          <a href={paths.apiReference()} className={buttonClass({ size: 'large' })}>
            {words.api}
          </a>
        </div>
        <ul className="mt-8 flex flex-wrap gap-x-6 gap-y-2 text-md text-muted">
          {words.points.map((point, index) => (
            <li key={point} className="flex items-center gap-1.5">
              {index === words.points.length - 1 ? (
                <KeyRound aria-hidden="true" className="size-4 text-ok" />
              ) : (
                <Check aria-hidden="true" className="size-4 text-ok" />
              )}
              {point}
            </li>
          ))}
        </ul>
      </div>
      <DemoCard image={image} region={region} />
    </section>
  )
}
