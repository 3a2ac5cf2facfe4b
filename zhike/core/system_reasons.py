"""Why an operating system refuses, in simplified and traditional Chinese; in English it says so itself."""

from __future__ import annotations

import errno
from typing import Final

__all__ = ["REASONS"]

REASONS: Final = {
    errno.EPERM: ("不允许此操作", "不允許此操作"),
    errno.ENOENT: ("没有这个文件或文件夹", "沒有這個檔案或資料夾"),
    errno.EINTR: ("操作被中断", "操作被中斷"),
    errno.EIO: ("设备读写失败", "裝置讀寫失敗"),
    errno.ENXIO: ("没有这个设备", "沒有這個裝置"),
    errno.EBADF: ("文件已经关闭", "檔案已經關閉"),
    errno.EAGAIN: ("资源暂时不可用", "資源暫時無法使用"),
    errno.ENOMEM: ("内存不足", "記憶體不足"),
    errno.EACCES: ("没有权限", "沒有權限"),
    errno.EBUSY: ("设备或资源正在使用", "裝置或資源正在使用"),
    errno.EEXIST: ("已经存在", "已經存在"),
    errno.EXDEV: ("不能跨文件系统移动", "不能跨檔案系統移動"),
    errno.ENODEV: ("没有这个设备", "沒有這個裝置"),
    errno.ENOTDIR: ("不是文件夹", "不是資料夾"),
    errno.EISDIR: ("是文件夹，不是文件", "是資料夾，不是檔案"),
    errno.EINVAL: ("参数无效", "參數無效"),
    errno.ENFILE: ("系统打开的文件过多", "系統開啟的檔案過多"),
    errno.EMFILE: ("程序打开的文件过多", "程式開啟的檔案過多"),
    errno.EFBIG: ("文件过大", "檔案過大"),
    errno.ENOSPC: ("磁盘已满", "磁碟已滿"),
    errno.EROFS: ("文件系统只读", "檔案系統唯讀"),
    errno.EPIPE: ("读取的一方已经关闭", "讀取的一方已經關閉"),
    errno.ENAMETOOLONG: ("名称过长", "名稱過長"),
    errno.ENOTEMPTY: ("文件夹不是空的", "資料夾不是空的"),
    errno.ELOOP: ("符号链接过多", "符號連結過多"),
    errno.EADDRINUSE: ("地址已被占用", "位址已被占用"),
    errno.EADDRNOTAVAIL: ("地址不可用", "位址無法使用"),
    errno.ENETUNREACH: ("网络不可达", "無法連到網路"),
    errno.ECONNABORTED: ("连接已中止", "連線已中止"),
    errno.ECONNRESET: ("连接被重置", "連線被重設"),
    errno.ETIMEDOUT: ("连接超时", "連線逾時"),
    errno.ECONNREFUSED: ("连接被拒绝", "連線被拒絕"),
    errno.EHOSTUNREACH: ("无法到达主机", "無法連到主機"),
    errno.ESTALE: ("网络文件已失效", "網路檔案已失效"),
    errno.EDQUOT: ("磁盘配额已满", "磁碟配額已滿"),
}
