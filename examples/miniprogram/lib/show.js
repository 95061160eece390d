/** Tells the person why a call failed. @param error a HubError, whose message is a sentence for people */
function showError(error) {
  const title = error.needsNewData ? '请再点一次' : error.message;
  // A toast with an icon has room for seven characters.
  wx.showToast({ icon: 'none', title, duration: 3000 });
}

/** The sentence about following. @param follow the result of `hub.follow()` */
function followText({ following, reason }) {
  if (following === true) return '已关注公众号';
  if (following === false) return '未关注公众号';
  return {
    NO_OFFICIAL_ACCOUNT: '未配置公众号',
    NO_UNIONID: '需要先绑定开放平台',
    NOT_SYNCED: '关注状态尚未同步',
  }[reason] || '关注状态未知';
}

module.exports = { showError, followText };
