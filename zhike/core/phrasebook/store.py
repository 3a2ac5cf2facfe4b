"""What the store of the ledger refuses or fails to do: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a bool": ("bool", "bool"),
    "a change of '{customer}' in table '{name}'": (
        "更改表“{name}”的“{customer}”",
        "更改表「{name}」的「{customer}」",
    ),
    "a column at least": ("至少一个列", "至少一個欄位"),
    "a damaged database": ("已损坏的数据库", "已損壞的資料庫"),
    "a damaged key file": ("已损坏的密钥文件", "已損壞的金鑰檔"),
    "a day as an ISO text": ("ISO 文本形式的日期", "ISO 文字形式的日期"),
    "a file of format {format}": ("格式为 {format} 的文件", "格式為 {format} 的檔案"),
    "a file of its owner alone": ("仅所有者可读的文件", "僅所有者可讀的檔案"),
    "a file that is no database": ("不是数据库的文件", "不是資料庫的檔案"),
    "a file, or postgresql://…": ("文件，或 postgresql://…", "檔案，或 postgresql://…"),
    "a finite float": ("有限的 float", "有限的 float"),
    "a folder that can be written, by the owner of the key file": (
        "密钥文件所有者可写入的文件夹",
        "金鑰檔所有者可寫入的資料夾",
    ),
    "a folder that can be written, without a key file in it": (
        "可写入且其中没有密钥文件的文件夹",
        "可寫入且其中沒有金鑰檔的資料夾",
    ),
    "a folder, '{path}', as the store": ("以文件夹“{path}”作为存储", "以資料夾「{path}」作為儲存"),
    "a key file that others may read (mode {value:04o})": (
        "他人可读的密钥文件（权限 {value:04o}）",
        "他人可讀的金鑰檔（權限 {value:04o}）",
    ),
    "a new row: this one is sealed for its customer": (
        "新的一行：本行已为其客户封存",
        "新的一列：本列已為其客戶封存",
    ),
    "a number of rows": ("行数", "列數"),
    "a person's key that its key does not open": (
        "个人密钥无法用其上级密钥打开",
        "個人金鑰無法用其上級金鑰開啟",
    ),
    "a PostgreSQL address without its driver": (
        "给出 PostgreSQL 地址，但没有驱动程序",
        "給出 PostgreSQL 位址，但沒有驅動程式",
    ),
    "a reader still holds a state from before the deletion": (
        "某一读取者仍持有删除之前的状态",
        "某一讀取者仍持有刪除之前的狀態",
    ),
    "a row of table '{name}' whose customer has no key": (
        "表“{name}”中有一行，其客户没有密钥",
        "表「{name}」中有一列，其客戶沒有金鑰",
    ),
    "a store of kind '{drivername}'": ("类型为“{drivername}”的存储", "類型為「{drivername}」的儲存"),
    "a store opened with its key file": ("以其密钥文件打开的存储", "以其金鑰檔開啟的儲存"),
    "a str without NUL that UTF-8 can hold": (
        "UTF-8 可容纳且不含 NUL 的 str",
        "UTF-8 可容納且不含 NUL 的 str",
    ),
    "a transaction that has ended": ("已结束的事务", "已結束的交易"),
    "a value": ("一个值", "一個值"),
    "a value of column '{column}' of table '{table}' that its key does not open": (
        "表“{table}”列“{column}”的值无法用其密钥打开",
        "表「{table}」欄位「{column}」的值無法用其金鑰開啟",
    ),
    "a value of type {type} for column '{name}' of table '{name2}'": (
        "表“{name2}”列“{name}”的值为 {type} 类型",
        "表「{name2}」欄位「{name}」的值為 {type} 類型",
    ),
    "a write in a transaction that reads": ("在只读事务中写入", "在唯讀交易中寫入"),
    "a write inside a write of the same thread": ("同一线程的写入中再次写入", "同一執行緒的寫入中再次寫入"),
    "a write to table '{table}'": ("写入表“{table}”", "寫入表「{table}」"),
    "all its connections are in use": ("其连接均在使用", "其連線均在使用"),
    "an exchange under way that leaves the audit key": (
        "正在进行且不更换审计密钥的更换",
        "正在進行且不更換稽核金鑰的更換",
    ),
    "an int of 64 bits": ("64 位的 int", "64 位的 int"),
    "another thread writes for too long": ("另一线程写入时间过长", "另一執行緒寫入時間過長"),
    "another transaction came first": ("另一事务已先完成", "另一交易已先完成"),
    "at most {most_members} at a time": ("每次最多 {most_members} 个", "每次最多 {most_members} 個"),
    "Bring it back from its backup.": ("请从备份恢复。", "請從備份還原。"),
    "Bring it back from its backup; without it, what is sealed cannot be read by anybody.": (
        "请从备份恢复；没有它，任何人都无法读取封存的内容。",
        "請從備份還原；沒有它，任何人都無法讀取封存的內容。",
    ),
    "bytes": ("bytes", "bytes"),
    "Check the folder, or set {keys_variable} to another path.": (
        "请检查文件夹，或将 {keys_variable} 设为其他路径。",
        "請檢查資料夾，或將 {keys_variable} 設為其他路徑。",
    ),
    "column '{name}' of table '{name2}' to seek or order by": (
        "以表“{name2}”的列“{name}”查找或排序",
        "以表「{name2}」的欄位「{name}」查詢或排序",
    ),
    "columns {names} of table '{name}'": ("表“{name}”的列 {names}", "表「{name}」的欄位 {names}"),
    "damaged data in '{store}' (SQLSTATE {state})": (
        "“{store}”中的数据已损坏（SQLSTATE {state}）",
        "「{store}」中的資料已損壞（SQLSTATE {state}）",
    ),
    "each once, none of them sealed": ("每个只出现一次，且均未封存", "每個只出現一次，且均未封存"),
    "it is locked by another connection": ("已被另一连接锁定", "已被另一連線鎖定"),
    "it is locked by another process": ("已被另一进程锁定", "已被另一程序鎖定"),
    "it may only be read": ("只能读取", "只能讀取"),
    "it refused the log-in": ("拒绝登录", "拒絕登入"),
    "it refused the permission": ("权限不足", "權限不足"),
    "its connection was closed": ("其连接已关闭", "其連線已關閉"),
    "its end first, without --audit-seed": (
        "先不带 --audit-seed 完成该更换",
        "先不帶 --audit-seed 完成該更換",
    ),
    "its file cannot be opened": ("无法打开其文件", "無法開啟其檔案"),
    "its file may not be opened": ("没有权限打开其文件", "沒有權限開啟其檔案"),
    "its locks are in disorder": ("其锁状态混乱", "其鎖狀態混亂"),
    "its path": ("其路径", "其路徑"),
    "key of this customer": ("该客户的密钥", "該客戶的金鑰"),
    "keys that somebody else exchanges": ("他人正在更换密钥", "他人正在更換金鑰"),
    "keys without a file": ("没有文件的密钥", "沒有檔案的金鑰"),
    "limit {limit}": ("上限 {limit}", "上限 {limit}"),
    "memory is short": ("内存不足", "記憶體不足"),
    "microseconds since 1970 as an int of 64 bits": (
        "自 1970 年起的微秒数，为 64 位的 int",
        "自 1970 年起的微秒數，為 64 位的 int",
    ),
    "Name that file, or bring it back from its backup.": (
        "请指定该文件，或从备份恢复。",
        "請指定該檔案，或從備份還原。",
    ),
    "no '{name}' in a row of table '{name2}'": (
        "表“{name2}”的一行没有“{name}”",
        "表「{name2}」的一列沒有「{name}」",
    ),
    "no condition for rows of table '{name}'": (
        "没有选取表“{name}”各行的条件",
        "沒有選取表「{name}」各列的條件",
    ),
    "no key file named for a database server": ("未为数据库服务器指定密钥文件", "未為資料庫伺服器指定金鑰檔"),
    "no key file that can be read ({reason})": (
        "没有可读取的密钥文件（{reason}）",
        "沒有可讀取的金鑰檔（{reason}）",
    ),
    "no ledger in '{store}'": ("“{store}”中没有台账", "「{store}」中沒有台帳"),
    "no place to write a key file ({reason})": ("无处写入密钥文件（{reason}）", "無處寫入金鑰檔（{reason}）"),
    "none: the store keeps it by itself": ("不写入：由存储自行维护", "不寫入：由儲存自行維護"),
    "one after the other": ("依次写入", "依次寫入"),
    "one inside its `with`": ("在其 `with` 之内的事务", "在其 `with` 之內的交易"),
    "one opened with write()": ("以 write() 打开的事务", "以 write() 開啟的交易"),
    "one that is neither sealed nor JSON": ("未封存且不是 JSON 的列", "未封存且不是 JSON 的欄位"),
    "Run chmod 600 on it, and consider who may have read it.": (
        "请对其执行 chmod 600，并评估谁可能已读取。",
        "請對其執行 chmod 600，並評估誰可能已讀取。",
    ),
    "Set {keys_variable} to the path of the key file.": (
        "请将 {keys_variable} 设为密钥文件的路径。",
        "請將 {keys_variable} 設為金鑰檔的路徑。",
    ),
    "several such rows of table '{table}'": ("表“{table}”中有多行符合", "表「{table}」中有多列符合"),
    "Stop this process: a later version of Zhike has changed the tables. Start that version.": (
        "请停止本进程：更新版本的 Zhike 已更改数据表。请启动该版本。",
        "請停止本程序：更新版本的 Zhike 已更改資料表。請啟動該版本。",
    ),
    "tables {names} of some other program in '{store}'": (
        "“{store}”中有其他程序的表 {names}",
        "「{store}」中有其他程式的表 {names}",
    ),
    "the connection broke": ("连接中断", "連線中斷"),
    "the disk is full": ("磁盘已满", "磁碟已滿"),
    "the disk refused to read or write": ("磁盘拒绝读写", "磁碟拒絕讀寫"),
    "the extra: pip install 'zhike[postgres]'": (
        "附加组件：pip install 'zhike[postgres]'",
        "附加元件：pip install 'zhike[postgres]'",
    ),
    "the key file that was made with the database": (
        "与数据库一同生成的密钥文件",
        "與資料庫一同生成的金鑰檔",
    ),
    "the keys of another store, or of before they were exchanged": (
        "另一存储的密钥，或更换之前的密钥",
        "另一儲存的金鑰，或更換之前的金鑰",
    ),
    "the keys that '{store}' was last written under": (
        "“{store}”最近一次写入所用的密钥",
        "「{store}」最近一次寫入所用的金鑰",
    ),
    "the server cannot be reached": ("无法连接服务器", "無法連線到伺服器"),
    "the server is short of disk, memory or connections": (
        "服务器的磁盘、内存或连接不足",
        "伺服器的磁碟、記憶體或連線不足",
    ),
    "the server is stopping, starting or cut us off": (
        "服务器正在停止、启动，或已断开连接",
        "伺服器正在停止、啟動，或已斷開連線",
    ),
    "the server's system refused": ("服务器的系统拒绝", "伺服器的系統拒絕"),
    "the transaction stood still for too long": ("事务停滞过久", "交易停滯過久"),
    "there is no such database": ("没有这个数据库", "沒有這個資料庫"),
    "there is no such schema": ("没有这个架构", "沒有這個結構"),
    "those of {names}": ("{names} 的值", "{names} 的值"),
    "two transactions waited for each other": ("两个事务互相等待", "兩個交易互相等待"),
    "Use the version of Zhike that wrote it, or a later one.": (
        "请使用写入它的 Zhike 版本或更新版本。",
        "請使用寫入它的 Zhike 版本或更新版本。",
    ),
    "values that one row has": ("只有一行具有的值", "只有一列具有的值"),
    "what JSON can hold": ("JSON 可容纳的内容", "JSON 可容納的內容"),
    "{count} values for 'after'": ("“after”有 {count} 个值", "「after」有 {count} 個值"),
    "{count} values of '{name}'": ("“{name}”的 {count} 个值", "「{name}」的 {count} 個值"),
    "{reason} (SQLSTATE {state})": ("{reason}（SQLSTATE {state}）", "{reason}（SQLSTATE {state}）"),
    "{reason} ({name})": ("{reason}（{name}）", "{reason}（{name}）"),
    "{sqlite_invalid} at '{store}' ({name})": (
        "“{store}”：{sqlite_invalid}（{name}）",
        "「{store}」：{sqlite_invalid}（{name}）",
    ),
}
