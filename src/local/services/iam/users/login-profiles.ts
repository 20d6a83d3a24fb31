// Login profiles: the right of a user to sign in to the console. There is no console here.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { alreadyExists, noSuchEntity } from '../errors.ts';
import { change, type IamState, type LoginRecord, now, type UserRecord } from '../state.ts';
import { givenOrCaller, userNamed } from './users.ts';

function loginOf({ name, login }: UserRecord): LoginRecord {
  if (!login) throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  return login;
}

const shown = ({ name }: UserRecord, { created, resetRequired }: LoginRecord) => ({
  LoginProfile: {
    UserName: name,
    CreateDate: new Date(created),
    PasswordResetRequired: resetRequired,
  },
});

export const loginProfiles: Handlers<typeof sdk, IamState> = {
  CreateLoginProfile({ UserName, PasswordResetRequired = false }, { call, state }) {
    const user = userNamed(state, call.account, givenOrCaller(UserName, call));
    if (user.login) throw alreadyExists(`Login Profile for user ${user.name} already exists.`);
    const login = { created: now(), resetRequired: PasswordResetRequired };
    change(state.users, call.account, user, { login });
    return shown(user, login);
  },

  GetLoginProfile({ UserName }, { call, state }) {
    const user = userNamed(state, call.account, givenOrCaller(UserName, call));
    return shown(user, loginOf(user));
  },

  UpdateLoginProfile({ UserName, PasswordResetRequired }, { call, state }) {
    const user = userNamed(state, call.account, UserName);
    const login = loginOf(user);
    const resetRequired = PasswordResetRequired ?? login.resetRequired;
    change(state.users, call.account, user, { login: { ...login, resetRequired } });
    return {};
  },

  DeleteLoginProfile({ UserName }, { call, state }) {
    const user = userNamed(state, call.account, givenOrCaller(UserName, call));
    loginOf(user);
    const { login: _, ...rest } = user;
    change(state.users, call.account, rest, {});
    return {};
  },
};
