"""media-station doctor: root looks at the whole machine. Each check finds what is wrong, says what it means and what to
do; it changes nothing, and asks no process of the station for anything but how it stands.
"""
