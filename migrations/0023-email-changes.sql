-- A link mailed to the address a user wants to have.
alter type user_token_kind add value 'change_email';

-- The address such a link takes the place of: it is told, and the link ends when the user has another by then.
alter table user_tokens add column from_email text;
