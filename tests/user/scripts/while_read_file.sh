# Reading a file line by line.
printf 'a 1\nb 2\n\nc 3' > w.txt
while read -r k v; do echo "$k=$v"; done < w.txt
n=0; while read l || [ -n "$l" ]; do n=$((n+1)); done < w.txt; echo $n
while read l; do echo "outer $l"; read m; echo "inner $m"; done < w.txt
exec 3< w.txt; while read l <&3; do echo "3: $l"; done; exec 3<&-
cat w.txt | while read l; do x=$l; done; echo "[$x]"
rm w.txt
