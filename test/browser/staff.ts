import { DEMO, type Product } from './product.ts'
import { type Watched, watchPage } from './watch-page.ts'

/** A colleague who has signed in and sees the home page of staff. */
export async function signInStaff(product: Product, options: Parameters<Product['visit']>[0] = {}): Promise<Watched> {
  const watched = await watchPage(await product.visit(options))
  const { page } = watched
  await page.goto('/staff')
  await page.fill('[name=email]', DEMO.staff.email)
  await page.fill('[name=password]', DEMO.staff.password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.waitForURL('**/staff')
  return watched
}
