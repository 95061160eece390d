import type zhCN from './zh-CN';

const en: typeof zhCN = {
  page: {
    title: 'The phone', lead: 'A phone, and every HTTP call that it causes. WeChat is simulated; the calls are real.',
    skip: 'Skip to the phone', theme: 'Dark or light', language: '中文', console: 'Console', unreachable: 'The server cannot be reached; trying again…', dismiss: 'Close',
  },
  people: { strip: 'People', add: 'Add a person', remove: 'Remove {name}', nobody: 'The sandbox has no mini-program: configure one first.' },
  phone: {
    label: '{name}\'s phone', apps: 'Apps on the phone', miniprogram: 'Mini-program', official: 'Account', notices: 'Notices', unread: '{n} unread', back: 'Back', more: 'More',
    away: 'Go away', locked: '{name} is away', lockedAdvice: 'Nothing said for 48 hours: WeChat refuses customer-service messages with 45015; notices arrive as always.', unlock: 'Unlock the phone', arrived: 'Arrived meanwhile', nothing: 'Nothing has arrived',
  },
  mini: {
    title: 'Sample mini-program', welcome: 'Hello, I am {name}', lead: 'One tap, and you have the first login.', login: 'Log in with WeChat', again: 'Log in again', logout: 'Log out', newUser: 'new here', knownUser: 'known here', loggedIn: 'logged in',
    profile: 'Name and picture', giveProfile: 'Give', phone: 'Phone number', byCode: 'By code', byData: 'By encrypted data', revoke: 'Withdraw', follow: 'Follows the account?', ask: 'Ask', subscribe: 'Notices', choose: 'Choose',
    service: 'Customer service', open: 'Open', scan: 'Scan a mini-program code', codes: 'Scan', me: 'What is known of me', read: 'Read', following: 'follows', notFollowing: 'does not follow', unknown: 'unknown ({reason})', none: 'not given',
    revoked: 'Withdrawn: the server has removed the number', stale: 'Log in again, then give it once more.',
  },
  scan: {
    title: 'Scan', choose: 'Choose one of the codes that were made through this server.', codes: 'Mini-program codes', empty: 'No codes yet. Make one in the console under “QR codes”: it appears here at once.', home: 'Home page', other: 'or the scene in a code', enter: 'Open',
    opened: 'This page was opened by a code', payload: 'What the code was made with (payload)', none: 'This code has no payload',
  },
  subscribe: {
    title: '{app} asks to be allowed to', body: 'Send you one notice', template: 'Template ID', templates: 'Templates', allow: 'Allow', reject: 'Reject', remember: 'It will arrive under “Notices”', accepted: 'Allowed, {n} left', rejected: 'Rejected',
  },
  chat: {
    service: 'Customer service', official: 'Sample account', placeholder: 'Write a message', send: 'Send', picture: 'Send a picture', camera: 'Take a picture', album: 'From the album', hint: 'Say something. Rules for automatic replies are made in the console.', empty: 'No messages yet', transferred: 'Handed over to a human agent', link: 'Link', card: 'Mini-program',
    follow: 'Follow', unfollow: 'Unfollow', scan: 'Scan a QR code with a scene', scene: 'Scene of the QR code', profile: 'WeChat ID: weapp-hub-sandbox', about: 'Followers get its messages and see its menu.', menu: 'Menu', keyboard: 'Write', text: '[a message of type {type}]',
  },
  notice: { title: 'Notices', open: 'Details', enter: 'Open in the mini-program', empty: 'Subscription messages appear here', template: 'Template message' },
  field: {
    thing: 'Thing', number: 'Number', letter: 'Letters', symbol: 'Symbol', character_string: 'Text', time: 'Time', date: 'Date', amount: 'Amount', phone_number: 'Phone', car_number: 'Plate', name: 'Name', phrase: 'Phrase', enum_string: 'Choice',
    keyword: 'Keyword {n}', first: '', remark: '',
  },
  calls: {
    title: 'HTTP calls', count: '{n}', empty: 'No calls yet. Tap “Log in with WeChat” on the phone.', clear: 'Clear', phone: 'phone', hub: 'weapp-hub', wechat: 'WeChat', pending: 'under way', none: 'no answer', request: 'Request', answer: 'Answer', query: 'Query',
    right: 'signature right', wrong: 'signature wrong', tokenRight: 'token good', tokenWrong: 'token refused', secure: 'encrypted', fault: 'fault', tries: 'after {n} repeats', filter: 'This person only', opened: 'opened',
  },
  faults: {
    title: 'Faults', lead: 'Switch one on, use the phone, and see what the server does.', waiting: 'Waiting for a call that it meets: do something on the phone.', did: 'The server: ', start: 'Start', stop: 'End', failed: 'It did not work: {why}',
    revoke: 'access_token revoked', revokeAbout: 'WeChat takes back the mini-program\'s token.', revokeDid: 'calls refused (40001): {n}; new tokens fetched: {m}; calls done again with it: {k}',
    slow: 'WeChat is slow', slowAbout: 'Every call is answered 3 s late.', slowDid: 'slow calls: {n}; pushes answered meanwhile as always: {m}, the slowest in {ms} ms',
    busy: 'WeChat is busy', busyAbout: 'The next 2 calls are answered -1.', busyDid: 'answered -1: {n}; succeeded when tried again: {k}',
    ip: 'Address not on the whitelist', ipAbout: 'Calls with the AppSecret get 40164.', ipDid: 'calls refused (40164): {n}; messages wait in the queue, none is lost',
    key: 'session_key changed', keyAbout: 'Old encrypted data can never be read again.', keyDid: 'decryptions refused with SESSION_KEY_STALE: {n}; logins since: {k}',
    database: 'Database away for 10 s', databaseAbout: 'The embedded database stops, and comes back by itself.', databaseAway: 'no database; pushes kept on the local disk and answered as always: {n}', databaseBack: 'the database is back; kept pushes still to be written: {n}', databaseDid: 'pushes that came meanwhile, all answered: {n}; the database is back, and what was kept is written',
    forge: 'A forged push', forgeAbout: 'Somebody plays WeChat: the signature is wrong.', forgeDid: 'forged pushes refused ({status}): {n}; nothing stored',
    repeat: 'One push, four times', repeatAbout: 'WeChat repeats what was not answered.', repeatDid: 'came {n} times, answered each time; recognised as repeats: {m}; handled once',
    undelivered: 'The next notice gets lost', undeliveredAbout: 'WeChat takes it, and does not deliver it.', undeliveredDid: 'not delivered: {n}; WeChat told by subscribe_msg_sent_event, and it is noted',
  },
  means: {
    'POST /api/jscode2session': 'The mini-program exchanges the code of wx.login for a session.', 'POST /api/unionId': 'The mini-program hands in encrypted user information; the server opens it with the session_key.', 'POST /api/phone': 'The mini-program hands in a phone code or encrypted number; the server keeps the number encrypted.',
    'GET /api/follow': 'The mini-program asks whether the person follows the official account.', 'GET /api/me': 'The mini-program reads what the server knows of the person.', 'GET /api/scene': 'The mini-program exchanges the scene of a code for its content; the scan is counted.', 'POST /api/session/logout': 'The mini-program ends its session.', 'GET /api/subscriptions': 'The mini-program asks how many notices may still be sent.', 'POST /api/im/user-sig': 'The mini-program gets its signature for Tencent IM.',
    '/sns/jscode2session': 'The server exchanges the code for openid and session_key.', '/cgi-bin/stable_token': 'The server fetches the access_token, the one that all processes share.', '/cgi-bin/token': 'The server fetches an access_token.', '/wxa/business/getuserphonenumber': 'The server exchanges the code for the phone number.', '/wxa/checksession': 'The server asks whether the session_key is still good.',
    '/cgi-bin/message/custom/send': 'The server sends a customer-service message.', '/cgi-bin/message/custom/typing': 'The server shows the person that somebody is typing.', '/cgi-bin/message/subscribe/send': 'The server sends a notice and uses up one permission.', '/cgi-bin/message/template/send': 'The server sends a template message.', '/cgi-bin/media/upload': 'The server uploads a media file.', '/cgi-bin/media/get': 'The server downloads what a person has sent.',
    '/cgi-bin/user/info': 'The server asks about one follower.', '/cgi-bin/user/info/batchget': 'The server asks about followers, to learn their unionids.', '/cgi-bin/user/get': 'The server reads the list of followers.', '/wxa/getwxacodeunlimit': 'The server has WeChat make a mini-program code.', '/wxaapi/newtmpl/gettemplate': 'The server reads the templates for notices.', '/cgi-bin/menu/create': 'The server publishes the menu.', '/cgi-bin/get_current_selfmenu_info': 'The server reads the menu.', '/cgi-bin/callback/check': 'The server has WeChat check the push address.', '/sns/oauth2/access_token': 'The server exchanges a web page\'s code for an openid.',
    '/cgi-bin/menu/delete': 'The server removes the menu.', '/cgi-bin/menu/get': 'The server reads the menu.', '/cgi-bin/openapi/quota/get': 'The server asks how many calls of a kind are left today.', '/cgi-bin/openapi/rid/get': 'The server asks about one failed call by its rid.', '/cgi-bin/tags/create': 'The server makes a tag.', '/cgi-bin/tags/update': 'The server renames a tag.', '/cgi-bin/tags/delete': 'The server removes a tag.', '/cgi-bin/tags/get': 'The server reads the tags.', '/cgi-bin/tags/getidlist': 'The server reads the tags of a follower.', '/cgi-bin/tags/members/getblacklist': 'The server reads who is on the blacklist.', '/cgi-bin/tags/members/batchblacklist': 'The server puts followers on the blacklist.', '/cgi-bin/tags/members/batchunblacklist': 'The server takes people off the blacklist.', '/cgi-bin/template/get_all_private_template': 'The server reads the templates of the official account.', '/cgi-bin/template/del_private_template': 'The server removes a template of the official account.', '/cgi-bin/tags/members/batchtagging': 'The server gives followers a tag.', '/cgi-bin/tags/members/batchuntagging': 'The server takes a tag from followers.', '/cgi-bin/user/tag/get': 'The server reads who has a tag.', '/cgi-bin/user/info/updateremark': 'The server sets the remark about a follower.', '/sns/auth': 'The server asks whether the authorisation of a web page holds.', '/sns/oauth2/refresh_token': 'The server renews the authorisation of a web page.',
    '/sns/userinfo': 'The server reads user information by the authorisation of a web page.', '/wxa/charge/usage/get': 'The server asks how many phone numbers may still be asked for.', '/wxa/generate_urllink': 'The server has WeChat make a URL link.', '/wxa/generatescheme': 'The server has WeChat make a URL scheme.', '/wxa/genwxashortlink': 'The server has WeChat make a short link.', '/wxa/msg_sec_check': 'The server has WeChat check a text.', '/wxa/media_check_async': 'The server has WeChat check an image or a sound; the result is pushed later.', '/wxa/resetusersessionkey': 'The server has WeChat replace the session_key.', '/wxaapi/newtmpl/getcategory': 'The server reads the categories of the mini-program.', '/wxaapi/newtmpl/getpubtemplatetitles': 'The server searches the library of templates.', '/wxaapi/newtmpl/getpubtemplatekeywords': 'The server reads the fields of a template of the library.', '/wxaapi/newtmpl/addtemplate': 'The server takes a template from the library.', '/wxaapi/newtmpl/deltemplate': 'The server removes a template.', '/v4/openim/query_online_status': 'The server asks Tencent IM who is online.', '/v4/im_open_login_svc/account_import': 'The server brings an account into Tencent IM.', '/v4/openim/sendmsg': 'The server sends a message through Tencent IM.',
    call: 'The server calls WeChat.', own: 'The phone calls the server.',
    text: 'WeChat pushes a text that the person wrote.', image: 'WeChat pushes a picture that the person sent.', message: 'WeChat pushes a message of the person.', event: 'WeChat pushes an event.',
    user_enter_tempsession: 'WeChat tells: the person has opened customer service.', subscribe_msg_popup_event: 'WeChat tells: the person has chosen in the pop-up for notices.', subscribe_msg_change_event: 'WeChat tells: the person has changed their settings for notices.', subscribe_msg_sent_event: 'WeChat tells whether a notice was delivered.', user_authorization_revoke: 'WeChat tells: the person has withdrawn something, which the server must remove.',
    subscribe: 'WeChat tells: the person follows the account.', unsubscribe: 'WeChat tells: the person has left the account.', CLICK: 'WeChat tells: the person has tapped the menu.', VIEW: 'WeChat tells: the person has opened a web page from the menu.', view_miniprogram: 'WeChat tells: the person has opened a mini-program from the menu.', SCAN: 'WeChat tells: a follower has scanned a QR code with a scene.', TEMPLATESENDJOBFINISH: 'WeChat tells whether a template message was delivered.',
    wxa_media_check: 'WeChat tells what became of the check of an image or a sound.', user_info_modified: 'WeChat tells: the person\'s data have changed.', scancode_push: 'WeChat tells: the person has scanned a code from the menu.', scancode_waitmsg: 'WeChat tells: the person has scanned a code from the menu, and waits for an answer.',
    forged: 'Somebody plays WeChat: the signature is wrong, and the server refuses.', refused: 'WeChat has refused: {errcode} {errmsg}.', failed: 'The server has refused: {message}',
  },
  wechat: {
    '-1': 'busy', 40001: 'the access_token is not valid', 40029: 'the code is not valid', 40163: 'the code was used', 40164: 'the address is not on the whitelist', 43101: 'the person has not agreed', 45015: 'the time to reply is over', 45047: 'the replies are used up', 40003: 'no such openid', 47003: 'a value does not fit the template',
  },
};

export default en;
