const hub = require('../../lib/hub');
const { templateIds } = require('../../config');
const { followText, showError } = require('../../lib/show');

const PROFILE = 'profile';

Page({
  data: { me: null, follow: '', avatar: '', nickname: '', phone: '', canSubscribe: templateIds.length > 0 },

  onLoad() {
    const { avatar = '', nickname = '' } = wx.getStorageSync(PROFILE) || {};
    this.setData({ avatar, nickname });
    return this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    try {
      const [me, follow] = await Promise.all([hub.me(), hub.follow()]);
      this.setData({ me, phone: me.phone || '', follow: followText(follow) });
    } catch (error) {
      showError(error);
    }
  },

  /** The avatar component gives a temporary file: copy it to where files stay. */
  chooseAvatar({ detail: { avatarUrl } }) {
    this.keep({ avatar: wx.getFileSystemManager().saveFileSync(avatarUrl) });
  },

  enterNickname({ detail: { value } }) {
    this.keep({ nickname: value.trim() });
  },

  keep(change) {
    this.setData(change);
    const { avatar, nickname } = this.data;
    wx.setStorageSync(PROFILE, { avatar, nickname });
  },

  async givePhone(event) {
    try {
      const { purePhoneNumber } = await hub.getPhoneNumber(event);
      this.setData({ phone: purePhoneNumber.replace(/^(\d{3})\d+(\d{4})$/, '$1****$2') });
    } catch (error) {
      // A person who refuses gets no error message.
      if (error.error !== 'DENIED') showError(error);
    }
  },

  /**
   * Ask just after the person has done something of which they want news: an order, a booking. WeChat lets a
   * mini-program ask in the handler of a tap only, and nothing may be awaited before.
   */
  async order() {
    try {
      const { accepted } = await hub.requestSubscribe(templateIds);
      wx.showToast({ icon: 'none', title: accepted.length > 0 ? '有进展会通知你' : '已下单' });
    } catch (error) {
      showError(error);
    }
  },
});
