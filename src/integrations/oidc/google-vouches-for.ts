/** Google vouches for addresses of its own and of companies it hosts; of others it only knows that they were confirmed once. */
export const googleVouchesFor = ({
  email,
  hostedDomain,
}: {
  email: string
  hostedDomain: string | undefined
}): boolean =>
  email.toLowerCase().endsWith('@gmail.com') ||
  (hostedDomain !== undefined && email.toLowerCase().endsWith(`@${hostedDomain.toLowerCase()}`))
