export default {
  queue: {
    message: 'Message', kind: 'Kind', why: 'Reason', whom: 'To', row: 'Message', attempts: 'Tries', created: 'Queued', next: 'Next try', sentAt: 'Sent', delivery: 'Delivery', cause: 'Because of', waits: 'WeChat refuses the app; waiting:',
    redrive: 'Send again', drop: 'Drop', redriven: 'Back in the queue', dropped: 'Dropped', redriveAll: 'Send all again', dropAll: 'Drop all', redriveAllWhat: 'Sends again every failed, given-up and unknown message that matches the filters. Unknown ones may arrive twice.', dropAllWhat: 'Drops every waiting, given-up and unknown message that matches the filters. They are not sent any more.', jobFailed: '{n} failed',
    unknownHelp: 'The connection broke after sending: WeChat may have taken it. Sending it again may make it arrive twice.', none: 'The queue is empty', noneAdvice: 'Auto-replies, messages and notifications show up here as they are sent.', noneHere: 'Nothing here',
  },
  tries: { title: 'Tries', count: '{n} try | {n} tries', last: 'The last {n} are kept.', sent: 'Sent', retry: 'Not sent; to be tried again', failed: 'Failed', unknown: 'Unknown' },
  queueKind: { custom: 'Customer service', subscribe: 'Subscription', template: 'Template', webhook: 'Event out', listener: 'Own code' },
  jobKind: { outbox_redrive: 'Sending again', outbox_drop: 'Dropping', broadcast: 'Broadcast', tag_users: 'Tagging', untag_users: 'Untagging', blacklist_users: 'Blacklisting', unblacklist_users: 'Unblacklisting' },
};
