/** The same for our own people as for customers: how they sign in, and where they are signed in. */
export { action, default, loader } from '../portal/profile-security-page.tsx'
