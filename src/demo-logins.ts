/** The logins of a fresh database in simulated mode. */
export const DEMO_CUSTOMER = { email: 'customer@demo.localhost', password: 'try-the-portal' }
export const DEMO_STAFF = { email: 'staff@demo.localhost', password: 'see-the-whole-story' }
