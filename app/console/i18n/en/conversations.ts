export default {
  conversations: {
    open: 'Open', unread: 'Unread', mine: 'Mine', closed: 'Closed', search: 'Search', us: 'Us: ', me: 'me', unreadCount: '{n} unread',
    none_open: 'No conversations yet', noneAdvice_open: 'When people write to your mini-program or official account, the conversation shows up here.', none_unread: 'Nothing unread', noneAdvice_unread: 'Every message has been read.', none_mine: 'You have no conversations', noneAdvice_mine: 'Open one under “Open” and choose “Take”.', none_closed: 'No closed conversations', noneAdvice_closed: 'Close a conversation when it is done; a new message opens it again.',
    choose: 'Choose a conversation', chooseAdvice: 'Open one on the left, or press j / k to move and Enter to open.', thread: 'Messages', person: 'Person', older: 'Load older messages', newMessages: 'New messages ↓', nothingSaid: 'No messages yet.',
    take: 'Take', taken: 'It is yours', release: 'Release', released: 'Released', handOver: 'Hand over', handOverTo: 'To whom? Enter their console username.', handedOver: 'Handed over', takenMeanwhile: 'Somebody else has taken it', close: 'Close', closedNow: 'Conversation closed', reopen: 'Reopen', openedNow: 'Conversation reopened',
    youAnswer: 'You are answering', answers: '{name} is answering', nobodyAnswers: 'Nobody is answering', wholePerson: 'Whole profile', unknownPerson: 'This person has only written, and never logged in or followed: nothing else is known.',
    windowLeft: '{time}, {left} of {allowed}', windowCount: '{left} of {allowed} left', short_NEVER_WROTE: 'never wrote', short_OVER: '48 h are over', short_USED_UP: 'all used up',
  },
  composer: {
    kind: 'Kind of message', text: 'Text', image: 'Image', link: 'Link', card: 'Card', note: 'Note', send: 'Send', placeholder: 'Write a reply. Enter sends; paste images here', bytes: '{n}/{most} bytes',
    notePlaceholder: 'Seen by the team only', imageHint: 'Paste an image, drop it here, or choose one (10 MB at most)', chooseImage: 'Choose image', tooBig: 'The image is larger than 10 MB. Make it smaller first.', notAnImage: 'This file is not an image that can be read.',
    title: 'Title', url: 'Address', urlHint: 'https://…', description: 'Description', thumb: 'Cover image address (optional)', pagepath: 'Page of the mini-program', cardAppid: 'AppID of the mini-program', cover: 'Choose cover', coverHint: 'PNG or JPG, 5:4 looks best',
    quick: 'Quick replies', quickNew: 'New quick reply', quickKept: 'Quick replies are kept in this browser alone: colleagues do not see them.', quick1: 'Hello, how can I help you?', quick2: 'Got it. We are looking into it; one moment please.', quick3: 'Thank you for waiting. Is there anything else?',
    closed_NEVER_WROTE: 'You cannot write first: this person has never written.', works_NEVER_WROTE: 'Wait for their message, or send a notification they subscribed to.', closed_OVER: 'The 48 hours for a reply are over.', works_OVER: 'You can go on once they write again; a notification they subscribed to can be sent now.', closed_USED_UP: 'All replies are used up.', works_USED_UP: 'They are renewed when the person writes again; a notification they subscribed to can be sent now.',
    templates: 'Notifications you can send:', remaining: '{n} left', noTemplates: 'This person has no notification left to send.', templateQueued: 'The notification is queued',
  },
  message: { openImage: 'Open image in a new window', other: '[{type}]', byRule: 'Auto-reply', attempts: 'try {n}', nextAt: 'next try {time}' },
  msgtype: { text: 'Text', image: 'Image', voice: 'Voice', video: 'Video', shortvideo: 'Short video', location: 'Location', link: 'Link', miniprogrampage: 'Mini-program card', news: 'Articles', music: 'Music', subscribe: 'Subscription message', template: 'Template message', event: 'Event', transfer_customer_service: 'Transfer to an agent', file: 'File', mpnews: 'Articles', msgmenu: 'Menu message' },
  event: {
    subscribe: 'followed the account', unsubscribe: 'stopped following', SCAN: 'scanned a QR code', CLICK: 'chose from the menu', VIEW: 'opened a link from the menu', LOCATION: 'sent their location', user_enter_tempsession: 'entered customer service', subscribe_msg_popup_event: 'answered the subscription prompt', subscribe_msg_change_event: 'changed subscriptions', subscribe_msg_sent_event: 'subscription message outcome', TEMPLATESENDJOBFINISH: 'template message outcome', view_miniprogram: 'opened a mini-program from the menu', wxa_media_check: 'content check outcome', kf_create_session: 'agent joined', kf_close_session: 'agent left',
  },
};
